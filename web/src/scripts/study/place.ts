/** Where one reads is told as one reads, at most once a page and when one leaves it. */
import { deliver, later, send } from './outbox';
import { books, token, touchBook } from './store';

export function place(): void {
  const reader = document.querySelector<HTMLElement>('.reader');
  if (!reader) return;
  const { book = '', chapter = '', part = '0' } = reader.dataset;
  const kept = books().find((one) => one.id === book);
  const live = token() !== '';
  const turn = live ? (reader.dataset['turn'] ?? '1') : String(kept?.turn ?? 1);
  touchBook(book, live ? { at: location.pathname, turn: Number(turn) } : { at: location.pathname });
  const blocks = Array.from(reader.querySelectorAll<HTMLElement>('.reader-text p, .reader-text h1, .reader-text h2, .reader-text li'));
  let furthest = 0;
  const tell = async (): Promise<void> => {
    const fields = new URLSearchParams({ turn, chapter, part: String(furthest) });
    const action = `/library/${book}/place`;
    if (!live || !navigator.onLine || !(await send(action, fields))) later(action, fields);
  };
  // A chosen passage keeps its own place in sight.
  if (Number(part) > 0 && !location.hash && !location.search) blocks[Number(part)]?.scrollIntoView();
  void tell().then(deliver);
  const seen = (): void => {
    const at = blocks.findIndex((block) => block.getBoundingClientRect().bottom > 0);
    furthest = Math.max(furthest, at);
  };
  window.addEventListener('scroll', seen, { passive: true });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && furthest > Number(part)) later(`/library/${book}/place`, new URLSearchParams({ turn, chapter, part: String(furthest) }));
  });
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-goes]')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      // The next page tells its own place.
      location.href = form.dataset['goes'] ?? '/library';
    });
  }
}
