/** Signing out clears this device: whoever has books or unsent notes on it is told before, and can stay. */
import { BOOKS, CACHE, OUTBOX } from './study/store';

export function leaving(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.querySelector('[data-sign-out]') || form.dataset['cleared']) return;
    let unsent = 0;
    let books = false;
    try {
      unsent = (JSON.parse(localStorage.getItem(OUTBOX) ?? '[]') as { action: string }[]).filter(({ action }) => action.endsWith('/marks')).length;
      books = localStorage.getItem(BOOKS) !== null;
    } catch {
      return;
    }
    if (!books && unsent === 0) return;
    event.preventDefault();
    const notes = unsent > 0 ? `还有 ${unsent} 条笔记没传上去，退出就没有了。` : '';
    if (!window.confirm(`${notes}退出登录会清掉这台设备上书包里的书。要退出吗？`)) return;
    form.dataset['cleared'] = 'yes';
    void clear().finally(() => form.submit());
  });
}

async function clear(): Promise<void> {
  localStorage.removeItem(BOOKS);
  localStorage.removeItem(OUTBOX);
  if (!('caches' in window)) return;
  for (const name of await caches.keys()) if (name.startsWith(CACHE)) await caches.delete(name);
}
