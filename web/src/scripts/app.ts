// What scripts add to pages that work without them. Each part looks for what it improves and leaves the rest alone.
import htmx from 'htmx.org';

import { aloud } from './aloud';
import { charts } from './charts';
import { copying } from './copying';
import { cover } from './cover';
import { desk } from './desk';
import { keys } from './keys';
import { leaving } from './leaving';
import { lists } from './lists';
import { maps } from './maps';
import { outbox } from './outbox';
import { receipt } from './receipt';
import { sending } from './sending';

/** The navigation of a narrow page scrolls: where one is stands in sight. */
function showCurrent(): void {
  const nav = document.querySelector<HTMLElement>('.top-nav');
  const here = nav?.querySelector<HTMLElement>('[aria-current]');
  if (nav && here) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
}

/** Improves what stands below `root`; called for the page and for every fragment that htmx brings. */
function improve(root: ParentNode): void {
  for (const part of root.querySelectorAll<HTMLElement>('[data-scripted]')) part.hidden = false;
  if (root === document) showCurrent();
  const mistakes = root.querySelector<HTMLElement>('[data-focus]');
  if (mistakes && !mistakes.closest('.gallery-part')) mistakes.focus();
  lists(root);
  cover(root);
  charts(root);
}

// Nothing of htmx may write a style or a script into the page: the policy refuses both.
Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, selfRequestsOnly: true });
htmx.onLoad((part) => improve(part as HTMLElement));

document.addEventListener('DOMContentLoaded', () => improve(document));
// Another script has put a page in the place of this one.
document.addEventListener('huiyin:content', (event) => {
  const part = (event as CustomEvent<HTMLElement>).detail;
  htmx.process(part);
  improve(part);
});
outbox();
receipt();
copying();
maps();
leaving();
sending();
aloud();
keys();
desk();
