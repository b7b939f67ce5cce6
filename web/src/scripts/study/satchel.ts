/** The page of the satchel: what lies on this device, whether it is whole, and whether there is a newer edition. */
import { type Stored, books, cacheOf, onlyOwn } from './store';
import { cannot, failed, put, takeOut, told } from './put';

export async function satchel(): Promise<void> {
  await onlyOwn();
  const box = document.querySelector<HTMLElement>('[data-satchel]');
  const list = box?.querySelector<HTMLElement>('[data-stored-list]');
  const none = box?.querySelector<HTMLElement>('[data-stored-none]');
  if (!box || !list || !none) return;
  box.hidden = false;
  const why = cannot();
  if (why) {
    none.textContent = why;
    return;
  }
  const draw = (): void => {
    list.textContent = '';
    const all = books();
    none.hidden = all.length > 0;
    for (const book of all) list.append(line(book, draw));
    void room(box);
  };
  draw();
}

function button(label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn btn-outline btn-sm';
  made.textContent = label;
  made.addEventListener('click', act);
  return made;
}

function line(book: Stored, draw: () => void): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = book.at ?? book.pages[0] ?? `/library/${book.id}`;
  link.textContent = book.title;
  const state = document.createElement('span');
  state.className = 'muted';
  state.setAttribute('role', 'status');
  const acts = document.createElement('span');
  acts.className = 'row';
  const renew = (): void => {
    put(book.id, (words) => (state.textContent = words))
      .then(draw)
      .catch((error: unknown) => (state.textContent = failed(error)));
  };
  acts.append(button('拿出来', () => void takeOut(book.id).then(draw)));
  item.append(link, state, acts, pages(book));
  void whole(book).then(async (missing) => {
    state.textContent = missing === 0 ? `第 ${book.edition} 版，完整` : `有 ${missing} 页被这台设备清掉了`;
    if (missing > 0) acts.prepend(button('补回来', renew));
    const newest = await told(book.id).catch(() => undefined);
    if (newest && newest.edition > book.edition) {
      state.textContent = `您存的是第 ${book.edition} 版，现在有第 ${newest.edition} 版`;
      acts.prepend(button('换成新版', renew));
    }
  });
  return item;
}

/** The contents, so that one finds a page without a network. */
function pages(book: Stored): HTMLElement {
  const fold = document.createElement('details');
  fold.className = 'fold';
  const head = document.createElement('summary');
  head.textContent = '目录';
  const all = document.createElement('ol');
  book.pages.forEach((page, index) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = page;
    link.textContent = book.titles[index] ?? `第 ${index + 1} 节`;
    item.append(link);
    all.append(item);
  });
  fold.append(head, all);
  return fold;
}

/** How many of its pages and files are missing. */
async function whole(book: Stored): Promise<number> {
  const cache = await caches.open(cacheOf(book));
  const kept = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  return [...book.pages, ...book.files].filter((address) => !kept.has(address)).length;
}

async function room(box: HTMLElement): Promise<void> {
  const line = box.querySelector<HTMLElement>('[data-stored-room]');
  const found = await navigator.storage?.estimate?.().catch(() => undefined);
  if (!line || !found?.quota) return;
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
  const lasts = (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
  const words = lasts ? '这台设备答应不会自己清掉。' : '空间紧张时这台设备可能清掉一些，清掉了可以一键补回来。';
  line.textContent = `已用 ${megabytes(found.usage ?? 0)}，还能放 ${megabytes(found.quota - (found.usage ?? 0))}。${words}`;
}
