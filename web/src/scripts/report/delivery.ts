/** Sends a report, and keeps it on the telephone when the network fails: it is sent once when a page is next open with one. */
import { type Draft, type Entry, draftDelete, draftList, draftPut, flag } from './drafts';

/** The request failed before it was answered. */
export class NoNetwork extends Error {}

/** Sends entries as the form would; the answer is the body of the next page. */
export async function send(path: string, entries: Entry[]): Promise<Response> {
  if (!navigator.onLine) throw new NoNetwork();
  const body = new FormData();
  for (const [name, value] of entries) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, value, value.name);
  }
  try {
    return await fetch(path, { method: 'POST', body, headers: { 'HX-Request': 'true' }, credentials: 'same-origin' });
  } catch {
    throw new NoNetwork();
  }
}

let sending = false;

/** Sends everything that waits, and tells how it went, on the next page too: the one that sent it may have been left at that moment.
 * Two pages that do so at once send the same word, and the server makes one case of it. */
export async function deliver(tell: (draft: Draft, trying?: boolean) => void): Promise<void> {
  if (sending) return;
  sending = true;
  try {
    for (const draft of await draftList()) {
      if (draft.state === 'waiting') {
        await deliverOne(draft, tell);
        continue;
      }
      if (draft.state === 'draft') continue;
      tell(draft);
      // A receipt stays until its owner has copied it; of a record there is no more to tell than that it went.
      if (draft.state === 'sent' && draft.path) await draftDelete(draft.key);
    }
    await flag();
  } finally {
    sending = false;
  }
}

async function deliverOne(draft: Draft, tell: (draft: Draft, trying?: boolean) => void): Promise<void> {
  tell(draft, navigator.onLine);
  try {
    const entries = draft.entries.filter(([name]) => name !== 'later');
    const answer = await send(draft.path ?? '/problems', [...entries, ['later', '1']]);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const groups = Array.from(page.querySelectorAll('.receipt-group'), (group) => group.textContent ?? '');
    // Of a record: handed in, now or the time before.
    const recorded = draft.path !== undefined && page.querySelector('[data-recorded]') !== null;
    if (answer.redirected && (recorded || groups.length > 0)) {
      const before = draft.key;
      Object.assign(draft, { key: `sent/${draft.nonce}`, state: 'sent', receipt: groups.join('-'), entries: [] });
      const alarm = page.querySelector('.notice-bad .notice-title')?.textContent?.trim();
      if (alarm) draft.alarm = alarm;
      // What is told stands before what waits goes: sent once more it makes the same one, told never it is lost.
      await draftPut(draft);
      await draftDelete(before);
      document.dispatchEvent(new CustomEvent('huiyin:sent', { detail: draft.nonce }));
      tell(draft);
      return;
    }
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
      tell(draft);
      return;
    }
    draft.state = 'wrong';
    await draftPut(draft);
    tell(draft);
  } catch (error) {
    if (!(error instanceof NoNetwork)) throw error;
    // A browser that holds itself to be online may be on a network that leads nowhere.
    tell(draft);
  }
}

/** Its owner has seen how it went. */
export async function settle(draft: Draft): Promise<void> {
  await draftDelete(draft.key);
  await flag();
}
