/** Notes: a chosen sentence fills the form, and without a network what was written waits on this device. */
import { freshNonce } from '../report/drafts';
import { later, send, show } from './outbox';
import { token } from './store';

export function notes(): void {
  const reader = document.querySelector<HTMLElement>('.reader');
  const text = reader?.querySelector<HTMLElement>('.reader-text');
  const quote = reader?.querySelector<HTMLTextAreaElement>('textarea[name="quote"]');
  if (!reader || !text || !quote) return;
  document.addEventListener('selectionchange', () => {
    const chosen = window.getSelection();
    const words = chosen?.toString().trim() ?? '';
    if (words !== '' && chosen?.anchorNode && text.contains(chosen.anchorNode)) quote.value = words.slice(0, 1000);
  });
  for (const form of reader.querySelectorAll<HTMLFormElement>('form[data-keeps]')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void hand(form);
    });
  }
}

export function fieldsOf(form: HTMLFormElement): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
  return fields;
}

async function hand(form: HTMLFormElement): Promise<void> {
  const action = form.getAttribute('action') ?? '';
  const fields = fieldsOf(form);
  if (form.matches('[data-note]') && !fields.get('quote')?.trim() && !fields.get('words')?.trim()) {
    form.querySelector<HTMLTextAreaElement>('textarea[name="words"]')?.focus();
    return;
  }
  const answer = token() === '' || !navigator.onLine ? undefined : await send(action, new URLSearchParams(fields));
  if (answer?.ok) {
    location.href = answer.url.split('#')[0] === location.href.split('#')[0] ? location.href : answer.url;
    if (answer.url.split('#')[0] === location.href.split('#')[0]) location.reload();
    return;
  }
  if (answer && answer.status < 500) {
    // The page says what was wrong with it.
    form.submit();
    return;
  }
  if (!later(action, fields)) {
    alert('这台设备存不下了，请先把写的内容拷下来。');
    return;
  }
  for (const area of form.querySelectorAll('textarea')) area.value = '';
  const nonce = form.querySelector<HTMLInputElement>('input[name="nonce"]');
  if (nonce) nonce.value = freshNonce();
  show();
}
