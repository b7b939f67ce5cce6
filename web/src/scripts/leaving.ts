/** Signing out clears this device: whoever has books, unsent notes or unsent answers on it is told before, and can stay. */
import { FLAG, forgetAll } from './sitting/store';
import { BOOKS, CACHE, DRAFT, OUTBOX, isWritten } from './study/store';

export function leaving(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.querySelector('[data-sign-out]') || form.dataset['cleared']) return;
    // Sent by hand below, once everything is gone.
    event.preventDefault();
    if (!agreed()) return;
    form.dataset['cleared'] = 'yes';
    void clear().finally(() => form.submit());
  });
}

/** Whether he goes although something would be lost. */
function agreed(): boolean {
  let notes = 0;
  let answers: string | null = null;
  let books = false;
  let draft = false;
  try {
    notes = (JSON.parse(localStorage.getItem(OUTBOX) ?? '[]') as { action: string }[]).filter(isWritten).length;
    draft = localStorage.getItem(DRAFT) !== null;
    books = localStorage.getItem(BOOKS) !== null;
    answers = localStorage.getItem(FLAG);
  } catch {
    return true;
  }
  if (!books && !draft && notes === 0 && answers === null) return true;
  let words = answers === null ? '' : `还有 ${answers} 个答案没有上传，`;
  if (notes > 0) words += `还有 ${notes} 条笔记没传上去，`;
  if (draft) words += '还有一篇没写完的心得，';
  if (words !== '') words += '退出就没有了。';
  if (books) words += '退出登录会清掉这台设备上书包里的书。';
  return window.confirm(`${words}要退出吗？`);
}

async function clear(): Promise<void> {
  if ('indexedDB' in window) await forgetAll();
  try {
    localStorage.removeItem(BOOKS);
    localStorage.removeItem(OUTBOX);
    localStorage.removeItem(DRAFT);
  } catch {
    // Nothing was kept.
  }
  if (!('caches' in window)) return;
  for (const name of await caches.keys()) if (name.startsWith(CACHE)) await caches.delete(name);
}
