/** What somebody has written stays on his telephone until it is sent: fields and photos, in the browser's own database. */

export type Entry = [name: string, value: string | File];

/** How far a report is: being written, waiting for a network, sent, or in need of whoever wrote it. */
export type DraftState = 'draft' | 'waiting' | 'sent' | 'wrong';

export interface Draft {
  /** The county and the township of its form; `sent/…` once it was sent by itself. */
  key: string;
  /** The same word makes the same case, however often it is sent. */
  nonce: string;
  entries: Entry[];
  state: DraftState;
  /** The receipt code, once it was sent by itself, until its owner has seen it. */
  receipt?: string;
  /** Whom to call now, where it was taken for an emergency when it was sent by itself. */
  alarm?: string;
  saved: number;
  /** Where it is sent, when that is no report of a problem. */
  path?: string;
}

const NAME = 'huiyin';
const STORE = 'drafts';
/** Set while something waits, so that other pages know without opening the database. */
const FLAG = 'huiyin.outbox';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'key' });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const asked = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const draftPut = (draft: Draft): Promise<unknown> => run('readwrite', (store) => store.put(draft));
export const draftFind = (key: string): Promise<Draft | undefined> => run('readonly', (store) => store.get(key));
export const draftDelete = (key: string): Promise<unknown> => run('readwrite', (store) => store.delete(key));
export const draftList = (): Promise<Draft[]> => run('readonly', (store) => store.getAll());

/** Tells other pages whether something waits or has news. */
export async function flag(): Promise<void> {
  const open = (await draftList()).some((draft) => draft.state !== 'draft');
  try {
    if (open) localStorage.setItem(FLAG, '1');
    else localStorage.removeItem(FLAG);
  } catch {
    // A browser that keeps nothing: then nothing waits either.
  }
}

/** A word that nobody can guess. */
export function freshNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
