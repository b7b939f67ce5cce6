/** What of the library lies on this device: which books, and what was written and not sent yet. */

/** A book in the satchel. */
export interface Stored {
  id: string;
  title: string;
  edition: number;
  owner: string;
  pages: string[];
  files: string[];
  titles: string[];
  /** Which time one reads it: a kept page cannot know. */
  turn: number;
  /** Where one was last, on this device. */
  at?: string;
}

/** A form that waits for a network. */
export interface Waiting {
  action: string;
  body: string;
  owner: string;
  /** The server would not take it: its writer decides. */
  refused?: boolean;
}

export const BOOKS = 'huiyin.satchel';
export const OUTBOX = 'huiyin.study.outbox';
/** A reflection that is being written. */
export const DRAFT = 'huiyin.study.draft';
/** What of the waiting somebody has written himself: not his place. */
export const isWritten = ({ action }: { action: string }): boolean => action.endsWith('/marks') || action === '/reflections';
/** Caches of books. The service worker looks into them when there is no network. */
export const CACHE = 'satchel-';

export const cacheOf = (book: { id: string; edition: number }): string => `${CACHE}${book.id}-${book.edition}`;

function read<T>(key: string): T[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(value) ? (value as T[]) : [];
  } catch {
    return [];
  }
}

/** Whether this browser has kept it. */
function write(key: string, all: unknown[]): boolean {
  try {
    if (all.length > 0) localStorage.setItem(key, JSON.stringify(all));
    else localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}

/** Whose page this is: an opaque word, the same for one reader. */
export const owner = (): string => document.querySelector<HTMLElement>('[data-owner]')?.dataset['owner'] ?? '';
/** The hidden field that a live page has, and a kept one has not. */
export const token = (): string =>
  document.querySelector<HTMLInputElement>('main input[name="csrf"]')?.value ?? '';

export const books = (): Stored[] => read<Stored>(BOOKS).filter((book) => book.owner === owner());
export const waiting = (): Waiting[] => read<Waiting>(OUTBOX).filter((one) => one.owner === owner());

export function keepBook(book: Stored): boolean {
  return write(BOOKS, [...read<Stored>(BOOKS).filter((one) => one.id !== book.id), book]);
}

/** Notes something about a book that lies here. */
export function touchBook(id: string, news: Partial<Stored>): void {
  const book = books().find((one) => one.id === id);
  if (book) keepBook({ ...book, ...news });
}

export function dropBook(id: string): void {
  write(BOOKS, read<Stored>(BOOKS).filter((one) => one.id !== id));
}

export const keepWaiting = (one: Waiting): boolean => write(OUTBOX, [...read<Waiting>(OUTBOX), one]);

/** Exchanges or removes what waits, wherever it stands by now. */
export function settle(one: Waiting, by?: Waiting): void {
  const same = (other: Waiting): boolean =>
    other.action === one.action && other.body === one.body && other.owner === one.owner;
  const rest = read<Waiting>(OUTBOX);
  write(OUTBOX, by ? rest.map((other) => (same(other) ? by : other)) : rest.filter((other) => !same(other)));
}

/** The books of whoever used this device before, and did not sign out, go. */
export async function onlyOwn(): Promise<void> {
  const mine = owner();
  if (mine === '' || token() === '' || !('caches' in window)) return;
  const all = read<Stored>(BOOKS);
  if (all.every((book) => book.owner === mine)) return;
  for (const name of await caches.keys()) {
    const own = all.some((book) => book.owner === mine && cacheOf(book) === name);
    if (name.startsWith(CACHE) && !own) await caches.delete(name);
  }
  write(BOOKS, all.filter((book) => book.owner === mine));
}
