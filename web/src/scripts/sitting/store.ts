/** Answers stay in this browser until the server has acknowledged them: a closed page, a lost network, an empty battery lose nothing. */

export interface Answer {
  /** The paper and the place on it. */
  key: string;
  sitting: string;
  place: number;
  /** Counted up with every change; of two devices the higher one holds. */
  seq: number;
  value: string;
  /** By this device's clock, which may go wrong: only the difference to the moment of sending is told. */
  written: number;
  state: 'waiting' | 'saved' | 'late' | 'refused';
}

export interface Paper {
  sitting: string;
  title: string;
  /** The page as the server drew it, for a time without a network. */
  html: string;
  /** When time is over, by this device's clock. */
  ends: number;
  /** To be handed in once all answers are with the server. */
  submit: boolean;
}

const NAME = 'huiyin-sittings';
const ANSWERS = 'answers';
const PAPERS = 'papers';
/** How many answers wait; set while any does, so that other pages know without opening the database. */
export const FLAG = 'huiyin.answers';
const DEVICE = 'huiyin.device';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(ANSWERS, { keyPath: 'key' });
      asked.result.createObjectStore(PAPERS, { keyPath: 'sitting' });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run<T>(name: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const asked = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const paperPut = (paper: Paper): Promise<unknown> => run(PAPERS, 'readwrite', (store) => store.put(paper));
export const paperFind = (sitting: string): Promise<Paper | undefined> => run(PAPERS, 'readonly', (store) => store.get(sitting));
export const paperList = (): Promise<Paper[]> => run(PAPERS, 'readonly', (store) => store.getAll());
export const answerPut = (answer: Answer): Promise<unknown> => run(ANSWERS, 'readwrite', (store) => store.put(answer));
export const answerFind = (key: string): Promise<Answer | undefined> => run(ANSWERS, 'readonly', (store) => store.get(key));
const answerAll = (): Promise<Answer[]> => run(ANSWERS, 'readonly', (store) => store.getAll());

/** The answers of one paper. */
export async function answerList(sitting: string): Promise<Answer[]> {
  return (await answerAll()).filter((answer) => answer.sitting === sitting);
}

/** The paper is over and everything of it is with the server. */
export async function forget(sitting: string): Promise<void> {
  for (const answer of await answerList(sitting)) await run(ANSWERS, 'readwrite', (store) => store.delete(answer.key));
  await run(PAPERS, 'readwrite', (store) => store.delete(sitting));
}

/** Tells other pages how much waits. */
export async function flag(): Promise<void> {
  const waiting = (await answerAll()).filter((answer) => answer.state === 'waiting').length;
  const submits = (await paperList()).filter((paper) => paper.submit).length;
  try {
    if (waiting + submits > 0) localStorage.setItem(FLAG, String(waiting + submits));
    else localStorage.removeItem(FLAG);
  } catch {
    // A browser that keeps nothing: then nothing waits either.
  }
}

/** A word for this browser, to tell two devices of one person apart; nobody learns anything else from it. */
export function device(): string {
  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join('');
  try {
    const known = localStorage.getItem(DEVICE) ?? fresh();
    localStorage.setItem(DEVICE, known);
    return known;
  } catch {
    return fresh();
  }
}

/** Nothing of whoever was signed in stays on a shared computer. */
export async function forgetAll(): Promise<void> {
  try {
    localStorage.removeItem(FLAG);
    localStorage.removeItem(DEVICE);
  } catch {
    // Nothing was kept.
  }
  await new Promise<void>((resolve) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
    window.setTimeout(resolve, 1500);
  });
}
