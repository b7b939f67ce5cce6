/** What scripts add to reporting a problem: drafts, small photos, black boxes, sending when there is a network again; and to taking a
 * test, whose answers are kept and sent the same way. */
import { live } from './live';
import { deliver } from './report/delivery';
import { draftDelete, flag } from './report/drafts';
import { ReportForm, SENDING } from './report/form';
import { keepVisit, showVisit } from './report/sheets';
import { tell } from './report/telling';
import { sittings } from './sitting';

function improve(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-report], form[data-report-preview]')) {
    if (form.dataset['alive']) continue;
    form.dataset['alive'] = 'yes';
    new ReportForm(form);
  }
}

/** The receipt is here: the draft that it answers has served. */
async function ended(): Promise<void> {
  if (!document.querySelector('[data-receipt]')) return;
  const key = sessionStorage.getItem(SENDING);
  if (!key) return;
  sessionStorage.removeItem(SENDING);
  await draftDelete(key);
  await flag();
}

/** The form opens without a network after one visit: a copy without anybody's cookies is kept by the service worker. */
async function keepPage(): Promise<void> {
  if (!('serviceWorker' in navigator) || window.location.pathname !== '/problems/new') return;
  await navigator.serviceWorker.register('/sw.js');
  const ready = await navigator.serviceWorker.ready;
  ready.active?.postMessage({ keep: window.location.pathname + window.location.search });
}

const quietly = (done: Promise<unknown>): void => void done.catch(() => undefined);

if ('indexedDB' in window) {
  // Kept before anything is made of the form, so that the page is as it came.
  quietly(keepVisit().then(showVisit));
  improve();
  document.addEventListener('huiyin:content', improve);
  quietly(ended().then(() => deliver(tell)));
  window.addEventListener('online', () => quietly(deliver(tell)));
  quietly(keepPage());
  quietly(sittings());
  live();
}
