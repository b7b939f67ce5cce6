/** On-site records without a network: the page of each visit is kept on the telephone of whoever opened it, and shown again in the
 * place of a page that holds nothing of anybody. */
import { draftFind, draftList, draftPut } from './drafts';

/** The page that the service worker keeps. */
const SHEET = '/inspections/sheet';
const PREFIX = 'page';

/** Opened with a network: the page is kept for later, and the worker keeps the empty one. */
export async function keepVisit(): Promise<void> {
  const form = document.querySelector<HTMLFormElement>('form[data-record]');
  const content = document.getElementById('content');
  if (!content || document.querySelector('[data-sheet]')) return;
  if (form) {
    const title = form.dataset['record'] ?? '';
    const key = PREFIX + window.location.pathname;
    await draftPut({ key, nonce: title, entries: [['html', content.innerHTML]], state: 'draft', saved: Date.now() });
  }
  if (!(form || document.querySelector('[data-recorded]')) || !('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register('/sw.js');
  (await navigator.serviceWorker.ready).active?.postMessage({ keep: SHEET });
}

/** Opened without one: what was kept takes the place of the empty page; true where there was something. */
export async function showVisit(): Promise<boolean> {
  const sheet = document.querySelector('[data-sheet]');
  const content = document.getElementById('content');
  if (!sheet || !content) return false;
  const kept = await draftFind(PREFIX + window.location.pathname).catch(() => undefined);
  const html = kept?.entries[0]?.[1];
  if (typeof html === 'string') {
    content.innerHTML = html;
    for (const script of content.querySelectorAll('script')) script.remove();
    document.dispatchEvent(new CustomEvent('huiyin:content', { detail: content }));
    return true;
  }
  await list(content);
  return false;
}

/** Every visit that can be written down without a network. */
async function list(content: HTMLElement): Promise<void> {
  const links = document.createElement('ul');
  links.className = 'visit-list';
  for (const draft of await draftList().catch(() => [])) {
    if (!draft.key.startsWith(`${PREFIX}/`)) continue;
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.className = 'visit-link';
    link.href = draft.key.slice(PREFIX.length);
    link.textContent = draft.nonce;
    item.append(link);
    links.append(item);
  }
  if (links.childElementCount > 0) content.append(links);
}
