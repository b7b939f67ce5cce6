/** Writing a reflection: what is being written stays on this device until it is saved; without a network it waits here. */
import { freshNonce } from '../report/drafts';
import { fieldsOf } from './notes';
import { later, send, show } from './outbox';
import { DRAFT, owner, token } from './store';

interface Draft {
  owner: string;
  book: string;
  title: string;
  words: string;
  nonce: string;
}

function kept(): Draft | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(DRAFT) ?? 'null') as Draft | null;
    return found && found.owner === owner() ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this browser has kept it. */
function keep(draft: Draft | undefined): boolean {
  try {
    if (draft) localStorage.setItem(DRAFT, JSON.stringify(draft));
    else localStorage.removeItem(DRAFT);
    return true;
  } catch {
    return false;
  }
}

export function reflection(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-reflection][action="/reflections"]');
  const part = (name: string): HTMLInputElement | HTMLTextAreaElement | null =>
    form?.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[name="${name}"]`) ?? null;
  const [title, words, nonce] = [part('title'), part('words'), part('nonce')];
  const line = form?.querySelector<HTMLElement>('[data-draft]');
  if (!form || !title || !words || !nonce) return;
  // The copy that lies on a telephone is of no book; its address tells which.
  const asked = new URLSearchParams(location.search).get('book') ?? '';
  if (!part('book') && token() === '' && asked !== '') {
    const book = document.createElement('input');
    Object.assign(book, { type: 'hidden', name: 'book', value: asked });
    form.append(book);
  }
  const book = part('book')?.value ?? '';
  const before = kept();
  if (before && before.book === book && title.value === '' && words.value === '') {
    title.value = before.title;
    words.value = before.words;
    nonce.value = before.nonce;
    if (line) line.textContent = '上次没写完的还在。';
  }
  form.addEventListener('input', () => {
    const done = keep({ owner: owner(), book, title: title.value, words: words.value, nonce: nonce.value });
    if (line) line.textContent = done ? '没写完的存在这台设备上，退出登录就清掉。' : '';
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void hand(form, nonce).then((waits) => {
      if (!waits) return;
      title.value = '';
      words.value = '';
    });
  });
}

/** Sends it; true: it waits on this device now. */
async function hand(form: HTMLFormElement, nonce: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
  const fields = fieldsOf(form);
  const live = token() !== '' && navigator.onLine;
  const answer = live ? await send('/reflections', new URLSearchParams(fields)) : undefined;
  if (answer?.ok) {
    keep(undefined);
    location.href = answer.url;
    return false;
  }
  if (answer && answer.status < 500) {
    // The page says what was wrong with it.
    form.submit();
    return false;
  }
  if (!later('/reflections', fields)) {
    alert('这台设备存不下了，请先把写的内容拷下来。');
    return false;
  }
  keep(undefined);
  nonce.value = freshNonce();
  show();
  return true;
}
