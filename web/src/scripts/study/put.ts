/** Puts a book into the satchel: its pages as they belong to nobody, its images, and what they need to be seen. */
import { type Stored, CACHE, books, cacheOf, dropBook, keepBook, owner } from './store';

/** Why this browser cannot, in words; none where it can. */
export function cannot(): string | undefined {
  if ('caches' in window && 'serviceWorker' in navigator && window.isSecureContext) return undefined;
  return '这里存不了书。请点右上角的“…”，选“用浏览器打开”，再来放进书包。';
}

interface Told {
  id: string;
  title: string;
  edition: number;
  pages: string[];
  titles: string[];
  files: string[];
  bytes: number;
  turn: number;
}

export async function told(id: string): Promise<Told> {
  const answer = await fetch(`/library/${id}/stored`, { credentials: 'same-origin', cache: 'no-store' });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Told;
}

/** Styles, scripts and the picture of this version: a kept page looks the same after the next one. */
function assets(): string[] {
  const parts = document.querySelectorAll<HTMLElement>('link[rel="stylesheet"], link[rel="icon"], script[src]');
  return Array.from(parts, (part) => part.getAttribute('href') ?? part.getAttribute('src') ?? '').filter(Boolean);
}

/** Stores a book, or what is missing of it; `tell` hears how far it is. */
export async function put(id: string, tell: (words: string) => void): Promise<void> {
  await navigator.serviceWorker.register('/sw.js');
  // Asked for, not insisted on: without it the browser may clear the book when it needs room.
  await navigator.storage?.persist?.().catch(() => false);
  const book = await told(id);
  const cache = await caches.open(cacheOf(book));
  const wanted: [string, string][] = [
    ['/satchel', '/satchel?stored=1'],
    ['/reflections/new', '/reflections/new?stored=1'],
    ...book.pages.map((page): [string, string] => [page, `${page}?stored=1`]),
    ...[...book.files, ...assets()].map((file): [string, string] => [file, file]),
  ];
  let done = 0;
  for (const [address, from] of wanted) {
    if (!(await cache.match(address))) {
      const answer = await fetch(from, { credentials: 'same-origin' });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      await cache.put(address, answer);
    }
    done += 1;
    tell(`正在放进书包：${done} / ${wanted.length}`);
  }
  const { title, edition, pages, files, titles, turn } = book;
  const before = books().find((one) => one.id === id);
  const kept: Stored = { ...before, id, title, edition, owner: owner(), pages, files, titles, turn };
  if (!keepBook(kept)) throw new Error('full');
  for (const name of await caches.keys()) {
    if (name.startsWith(`${CACHE}${id}-`) && name !== cacheOf(book)) await caches.delete(name);
  }
}

export async function takeOut(id: string): Promise<void> {
  dropBook(id);
  for (const name of await caches.keys()) if (name.startsWith(`${CACHE}${id}-`)) await caches.delete(name);
}

/** In words, why it did not work. */
export function failed(error: unknown): string {
  const full = error instanceof DOMException && error.name === 'QuotaExceededError';
  if (full || (error instanceof Error && error.message === 'full')) {
    return '这台设备的空间不够了。请先从书包里拿走几本，或者腾出空间再试。';
  }
  return '没有放完，可能是网络断了。已经放好的还在，联网后再点一次就会接着放。';
}

/** The button on a book's page. */
export function putting(): void {
  const box = document.querySelector<HTMLElement>('[data-put]');
  const button = box?.querySelector('button');
  const line = box?.querySelector<HTMLElement>('[role="status"]');
  const id = document.querySelector<HTMLElement>('[data-book]')?.dataset['book'];
  if (!box || !button || !line || !id) return;
  box.hidden = false;
  const why = cannot();
  if (why) {
    button.hidden = true;
    line.textContent = why;
    return;
  }
  const mine = books().find((book) => book.id === id);
  if (mine) {
    line.textContent = '已在书包里。';
    button.textContent = '检查并更新';
  }
  button.addEventListener('click', () => {
    button.disabled = true;
    put(id, (words) => (line.textContent = words))
      .then(() => (line.textContent = '已放进书包，没有信号也能看。'))
      .catch((error: unknown) => (line.textContent = failed(error)))
      .finally(() => (button.disabled = false));
  });
}
