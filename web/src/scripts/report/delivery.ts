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

/** Sends everything that waits. Two pages that do so at once send the same word, and the server makes one case of it. */
export async function deliver(tell: (draft: Draft, trying?: boolean) => void): Promise<void> {
  if (sending) return;
  sending = true;
  try {
    for (const draft of await draftList()) {
      if (draft.state === 'waiting') await deliverOne(draft, tell);
      else if (draft.state !== 'draft') tell(draft);
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
    if (draft.path && answer.redirected && page.querySelector('[data-recorded]')) {
      // Handed in, now or the time before: there is nothing more to tell than that.
      await draftDelete(draft.key);
      tell(Object.assign(draft, { state: 'sent', entries: [] }));
      return;
    }
    const groups = Array.from(page.querySelectorAll('.receipt-group'), (group) => group.textContent ?? '');
    if (answer.redirected && groups.length > 0) {
      await draftDelete(draft.key);
      Object.assign(draft, { key: `sent/${draft.nonce}`, state: 'sent', receipt: groups.join('-'), entries: [] });
      document.dispatchEvent(new CustomEvent('huiyin:sent', { detail: draft.nonce }));
    } else if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
      tell(draft);
      return;
    } else {
      draft.state = 'wrong';
    }
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
