/**
 * The desk from the keyboard: j and k go through the rows, x ticks, a goes to what can be done, ? shows the help. Only on
 * pages that carry the help, never while somebody writes.
 */
export function keys(): void {
  document.addEventListener('keydown', (event) => {
    const help = document.querySelector<HTMLDetailsElement>('[data-keys]');
    if (!help || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writes(event.target)) return;
    if (!act(event.key, help)) return;
    event.preventDefault();
  });
}

function act(key: string, help: HTMLDetailsElement): boolean {
  switch (key) {
    case '?':
      help.open = !help.open;
      help.scrollIntoView({ block: 'nearest' });
      return true;
    case 'j':
      return step(1);
    case 'k':
      return step(-1);
    case 'x':
      return tick();
    case '/':
      if (!focus('input[type=search]')) window.location.assign('/cases');
      return true;
    case 'a':
      return focus('.actions summary, .actions button, .actions a');
    case 'u':
      window.location.assign('/desk');
      return true;
    default:
      return false;
  }
}

function writes(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function rows(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>('#content tbody th[scope=row] a'));
}

function here(links: HTMLElement[]): number {
  const row = document.activeElement?.closest('tr');
  return row ? links.findIndex((link) => link.closest('tr') === row) : -1;
}

function step(by: number): boolean {
  const links = rows();
  if (links.length === 0) return false;
  const at = here(links);
  const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1);
  links[next]?.focus();
  links[next]?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  return true;
}

function tick(): boolean {
  const box = document.activeElement?.closest('tr')?.querySelector<HTMLInputElement>('.pick input');
  if (!box) return false;
  box.click();
  return true;
}

function focus(what: string): boolean {
  const found = document.querySelector<HTMLElement>(`#content ${what.split(', ').join(', #content ')}`);
  if (!found) return false;
  found.focus();
  found.scrollIntoView({ block: 'nearest' });
  return true;
}
