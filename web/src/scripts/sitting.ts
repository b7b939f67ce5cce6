/** Tests: a paper that can be answered without a network, and sending what waits from any page. */
import { deliver } from './sitting/delivery';
import { PaperForm } from './sitting/paper';
import { paperFind, paperList, paperPut } from './sitting/store';

/** The page that the service worker keeps; it holds nothing of anybody. */
const SHEET = '/sittings/sheet';

/** Makes a paper alive, or sends what waits where there is none. */
export async function sittings(): Promise<void> {
  const sheet = document.querySelector('[data-sitting-sheet]');
  if (sheet) await shown();
  const form = document.querySelector<HTMLFormElement>('form[data-sitting]');
  if (!form) {
    await deliver(() => undefined);
    return;
  }
  const sitting = form.dataset['sitting'] ?? '';
  let ends: number | undefined;
  if (sheet) ends = (await paperFind(sitting))?.ends;
  else await keep(form, sitting);
  await new PaperForm(form, ends).begin();
}

/** Opened with a network: the page is kept for later, and the worker keeps the empty one. */
async function keep(form: HTMLFormElement, sitting: string): Promise<void> {
  const html = document.getElementById('content')?.innerHTML ?? '';
  const submit = (await paperFind(sitting))?.submit ?? false;
  const ends = Date.now() + Number(form.dataset['left']) * 1000;
  await paperPut({ sitting, title: form.dataset['title'] ?? '', html, ends, submit });
  if (!('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register('/sw.js');
  void navigator.serviceWorker.ready.then((ready) => ready.active?.postMessage({ keep: SHEET }));
}

/** Opened without one: the paper that was kept takes the place of the empty page; where there is none, a list of those that were. */
async function shown(): Promise<void> {
  const content = document.getElementById('content');
  if (!content) return;
  const wanted = /^\/sittings\/([^/]+)$/.exec(window.location.pathname)?.[1] ?? '';
  const paper = await paperFind(wanted);
  if (paper) {
    content.innerHTML = paper.html;
    for (const script of content.querySelectorAll('script')) script.remove();
    return;
  }
  const links = document.createElement('ul');
  links.className = 'visit-list';
  for (const { sitting, title } of await paperList()) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.className = 'visit-link';
    link.href = `/sittings/${sitting}`;
    link.textContent = title;
    item.append(link);
    links.append(item);
  }
  if (links.childElementCount > 0) content.append(links);
}
