/** Buttons that copy a receipt code or an address, or print the page. */
export function copying(): void {
  document.addEventListener('click', (event) => {
    const pressed = (event.target as Element).closest<HTMLElement>('[data-copy],[data-print]');
    if (!pressed) return;
    if (pressed.dataset['copy'] === undefined) window.print();
    else copy(pressed, pressed.dataset['copy']);
  });
}

function copy(button: HTMLElement, text: string): void {
  // Browsers offer the clipboard only to secure pages; elsewhere the code can be marked and copied by hand.
  if (!navigator.clipboard) {
    say(button, '请长按上面的字复制');
    return;
  }
  navigator.clipboard.writeText(text).then(
    () => say(button, '已复制'),
    () => say(button, '没有复制成功，请抄写'),
  );
}

function say(button: HTMLElement, words: string): void {
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  said.className = 'muted';
  said.textContent = words;
  button.parentElement?.querySelector('[role=status]')?.remove();
  button.after(said);
}
