/** The desk: the count of what is ticked, and a word to the server when a case is left. */
export function desk(): void {
  document.addEventListener('change', (event) => {
    const box = event.target as HTMLElement;
    if (box.closest('.pick') || box.closest('[data-bulk]')) counted();
  });
  window.addEventListener('pagehide', () => {
    const open = document.querySelector<HTMLFormElement>('form[data-leave]');
    const to = open?.dataset['leave'];
    if (!open || !to || !navigator.sendBeacon) return;
    const token = open.querySelector<HTMLInputElement>('input[name=csrf]')?.value ?? '';
    navigator.sendBeacon(to, new URLSearchParams({ csrf: token }));
  });
}

function counted(): void {
  const form = document.querySelector<HTMLFormElement>('[data-bulk]');
  const words = form?.querySelector('[data-bulk-words]');
  if (!form || !words) return;
  const whole = form.querySelector<HTMLInputElement>('input[name=all]')?.checked ?? false;
  const ticked = document.querySelectorAll('.pick input:checked').length;
  form.classList.toggle('bulk-on', whole || ticked > 0);
  if (whole) words.textContent = '已选整个列表，下一步会请您核对。';
  else words.textContent = ticked > 0 ? `已选 ${ticked} 件，下一步会请您核对。` : '勾选前面的方框，可以一次办多件，下一步会请您核对。';
}
