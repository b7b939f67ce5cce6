/** Notes and places that wait on this device are sent when a page is open with a network; the same word is taken once. */
import { type Waiting, isWritten, keepWaiting, owner, settle, token, waiting } from './store';

/** Keeps a form on this device. */
export function later(action: string, fields: URLSearchParams): boolean {
  fields.delete('csrf');
  return keepWaiting({ action, body: fields.toString(), owner: owner() });
}

/** Sends a form; none: there is no network. */
export async function send(action: string, fields: URLSearchParams): Promise<Response | undefined> {
  fields.set('csrf', token());
  try {
    return await fetch(action, {
      method: 'POST',
      body: fields.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      credentials: 'same-origin',
    });
  } catch {
    return undefined;
  }
}

let delivering = false;

export async function deliver(): Promise<void> {
  show();
  if (delivering || token() === '' || !navigator.onLine) return;
  delivering = true;
  try {
    for (const one of waiting().filter((each) => !each.refused)) {
      const answer = await send(one.action, new URLSearchParams(one.body));
      if (!answer) break;
      if (answer.ok) settle(one);
      else if (refused(answer.status)) settle(one, { ...one, refused: true });
      else break;
    }
  } finally {
    delivering = false;
    show();
  }
}

/** Another time would be refused as well. */
const refused = (status: number): boolean => [400, 404, 409, 413, 422].includes(status);

/** Says what waits, where a page has a line for it. */
export function show(): void {
  const line = document.querySelector<HTMLElement>('[data-outbox]');
  if (!line) return;
  const notes = waiting().filter(isWritten);
  const stuck = notes.filter((one) => one.refused);
  line.hidden = notes.length === 0;
  if (notes.length === 0) return;
  const open = notes.length - stuck.length;
  line.textContent = open > 0 ? `已保存到本机：${open} 条，联网后打开书库会自动传上去。` : '';
  for (const one of stuck) line.append(stuckNote(one));
}

/** What the server would not take: its words can be copied, and then be thrown away. */
function stuckNote(one: Waiting): HTMLElement {
  const box = document.createElement('span');
  box.className = 'note';
  const fields = new URLSearchParams(one.body);
  const why = one.action === '/reflections' ? '题目或内容不合要求' : '书已换版或下架';
  const words = ['title', 'quote', 'words'].map((name) => fields.get(name) ?? '').join(' ');
  box.textContent = `没能传上去（${why}）：${words} `;
  const drop = document.createElement('button');
  drop.type = 'button';
  drop.className = 'btn btn-ghost btn-sm';
  drop.textContent = '不要了';
  drop.addEventListener('click', () => {
    settle(one);
    show();
  });
  box.append(drop);
  return box;
}
