/** The form of a report: keeps what is written, sends it, and holds it when there is no network. */
import { NoNetwork, send } from './delivery';
import { type Draft, type Entry, draftDelete, draftFind, draftPut, flag, freshNonce } from './drafts';
import { Photos } from './photos';
import { press, tell } from './telling';

/** What a draft does not keep: they belong to one page. */
const PASSING = ['csrf', 'kept', 'drop', 'nonce', 'county', 'town'];

/** Where the receipt page finds which draft it ends. */
export const SENDING = 'huiyin.sending';

/** Said whenever a report waits: nobody reads it before there is a network, and telephones need none. */
const CALL = '人有危险的，不要等网络，现在就打 110、119 或 120。';

export class ReportForm {
  private readonly key: string;
  private readonly nonce: HTMLInputElement;
  private readonly state: HTMLElement | null;
  /** Where a record of an inspection goes; nothing for a report of a problem. */
  private readonly path: string | undefined;
  private readonly photos: Photos | undefined;
  private pressed: HTMLButtonElement | undefined;
  private busy = false;
  private timer = 0;

  constructor(private readonly form: HTMLFormElement) {
    this.nonce = form.elements.namedItem('nonce') as HTMLInputElement;
    const value = (name: string) => (form.elements.namedItem(name) as HTMLInputElement).value;
    this.path = form.dataset['record'] === undefined ? undefined : (form.getAttribute('action') ?? undefined);
    this.key = this.path === undefined ? `${value('county')}/${value('town')}` : `record${this.path}`;
    this.state = document.querySelector<HTMLElement>('[data-draft]');
    const part = form.querySelector<HTMLElement>('[data-photos]');
    if (part) this.photos = new Photos(part, () => this.later());
    form.addEventListener('click', (event) => {
      this.pressed = (event.target as Element).closest('button') ?? undefined;
    });
    form.addEventListener('submit', (event) => this.submit(event));
    if (form.dataset['report'] !== undefined) void this.begin();
  }

  /** Brings a draft back, or begins a new one. A page that was kept for hours without a network has an old word: it gets a
   * fresh one each time. */
  private async begin(): Promise<void> {
    this.form.addEventListener('input', () => this.later());
    this.form.addEventListener('change', () => this.later());
    document.addEventListener('huiyin:sent', (event) => {
      if ((event as CustomEvent<string>).detail === this.nonce.value) this.renew();
    });
    const draft = await draftFind(this.key).catch(() => undefined);
    const kept = this.form.querySelector('[name=kept]');
    const files = filesOf(draft);
    if (draft && kept && draft.nonce === this.nonce.value && files.length > 0) {
      // Back from the preview: the photos are here as well, and can be covered and removed again.
      kept.remove();
      this.form.querySelector('fieldset[data-kept]')?.remove();
      this.photos?.restore(files);
      return;
    }
    const written = this.form.querySelector<HTMLTextAreaElement>('textarea')?.value !== '';
    if (written || kept) return;
    if (!draft) {
      this.nonce.value = freshNonce();
      return;
    }
    this.fill(draft);
    this.say(draft.state === 'waiting' ? '这一件存在本机，等网络。您还可以改。' : '已恢复您上次没写完的内容，它只存在这台设备上。');
  }

  private fill(draft: Draft): void {
    this.nonce.value = draft.nonce;
    for (const [name, value] of draft.entries) {
      if (typeof value !== 'string' || PASSING.includes(name)) continue;
      const field = this.form.elements.namedItem(name);
      if (field instanceof HTMLInputElement && field.type === 'hidden') continue;
      if (field instanceof RadioNodeList || field instanceof HTMLInputElement) field.value = value;
      else if (field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) field.value = value;
    }
    this.photos?.restore(filesOf(draft));
  }

  /** The report was sent by itself: an empty form for the next one. */
  private renew(): void {
    window.clearTimeout(this.timer);
    this.form.reset();
    this.photos?.restore([]);
    this.nonce.value = freshNonce();
    if (this.state) this.state.hidden = true;
  }

  private later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.keep('draft'), 600);
  }

  /** Keeps the report on this telephone. */
  private async keep(state: Draft['state']): Promise<Draft | undefined> {
    const draft: Draft = { key: this.key, nonce: this.nonce.value, entries: this.entries(), state, saved: Date.now() };
    if (this.path !== undefined) draft.path = this.path;
    try {
      if (!this.photos) await this.carry(draft);
      await draftPut(draft);
      await flag();
      if (state === 'draft') this.say('已保存到本机。公用的手机、电脑，走之前请清除。');
      return draft;
    } catch {
      this.say('这台设备不让保存草稿，请一次写完提交。');
      return undefined;
    }
  }

  /** The preview has no photos of its own: those of the draft go along instead of the word that the server gave for them,
   * which is good for some hours only. */
  private async carry(draft: Draft): Promise<void> {
    const before = await draftFind(this.key);
    const files = before?.nonce === draft.nonce ? filesOf(before) : [];
    if (files.length === 0) return;
    draft.entries = draft.entries.filter(([name]) => name !== 'kept');
    for (const file of files) draft.entries.push(['photos', file]);
  }

  private entries(): Entry[] {
    const entries: Entry[] = [];
    new FormData(this.form).forEach((value, name) => {
      if (typeof value === 'string') entries.push([name, value]);
    });
    for (const file of this.photos?.files ?? []) entries.push(['photos', file]);
    return entries;
  }

  private submit(event: Event): void {
    const button = this.pressed ?? this.form.querySelector('button') ?? undefined;
    this.pressed = undefined;
    // Following a similar problem is an ordinary form.
    if (button?.formEnctype === 'application/x-www-form-urlencoded') return;
    event.preventDefault();
    if (this.busy) return;
    void this.go(button);
  }

  private async go(button: HTMLButtonElement | undefined): Promise<void> {
    const path = button?.getAttribute('formaction') ?? this.form.getAttribute('action') ?? '/problems';
    const entries = this.entries();
    if (button?.name) entries.push([button.name, button.value]);
    this.busy = true;
    this.form.setAttribute('aria-busy', 'true');
    this.say('正在发送……');
    window.clearTimeout(this.timer);
    try {
      const answer = await send(path, entries);
      await this.answered(answer);
    } catch (error) {
      if (!(error instanceof NoNetwork)) throw error;
      await this.offer();
    } finally {
      this.busy = false;
      this.form.removeAttribute('aria-busy');
    }
  }

  private async answered(answer: Response): Promise<void> {
    if (answer.redirected && this.path !== undefined) {
      await draftDelete(this.key);
      window.location.assign(answer.url);
      return;
    }
    if (answer.redirected) {
      try {
        sessionStorage.setItem(SENDING, this.key);
      } catch {
        await draftDelete(this.key);
      }
      window.location.assign(answer.url);
      return;
    }
    if (this.form.dataset['report'] !== undefined) await this.keep('draft');
    show(await answer.text());
  }

  /** No network: what was written can wait here. */
  private async offer(): Promise<void> {
    await this.keep('draft');
    const wait = press(this.path === undefined ? '存好，有网就自动提交' : '存好，有网就自动交', () => void this.wait(), 'btn-primary');
    this.say(`网络不通，还没有提交。您写的已保存到本机。${this.path === undefined ? CALL : ''}`, [wait]);
  }

  private async wait(): Promise<void> {
    const numbers = this.form.elements.namedItem('text') as HTMLTextAreaElement | null;
    const draft = await this.keep('waiting');
    if (!draft) return;
    if (this.path !== undefined) {
      this.say('已保存到本机，联网后打开本站任何一页会自动交一次，不会重复。');
      tell(draft);
      return;
    }
    const private_ = /(^|\D)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)/.test(numbers?.value ?? '');
    this.say(`已保存到本机，联网后打开本站任何一页会自动提交。${CALL}${private_ ? '里面像是有电话或身份证号，公开时会盖住。' : ''}`);
    tell(draft);
  }

  private say(words: string, acts: HTMLElement[] = []): void {
    const place = this.state ?? this.ownState();
    const line = document.createElement('p');
    line.textContent = words;
    const clear = press('清除', () => void this.clear(), 'btn-ghost');
    place.replaceChildren(line, ...acts, ...(this.form.dataset['report'] !== undefined ? [clear] : []));
    place.hidden = false;
    if (acts.length > 0) place.scrollIntoView({ block: 'center' });
  }

  private ownState(): HTMLElement {
    const found = this.form.querySelector<HTMLElement>('.draft-state');
    if (found) return found;
    const made = document.createElement('div');
    made.className = 'draft-state';
    made.setAttribute('role', 'status');
    this.form.append(made);
    return made;
  }

  private async clear(): Promise<void> {
    window.clearTimeout(this.timer);
    await draftDelete(this.key).catch(() => undefined);
    await flag().catch(() => undefined);
    window.location.reload();
  }
}

/** The photos of a draft. */
function filesOf(draft: Draft | undefined): File[] {
  return (draft?.entries ?? []).map(([, value]) => value).filter((value): value is File => typeof value !== 'string');
}

/** Puts the next step in the place of this one. Back leads to the form, whose draft is still here. */
function show(body: string): void {
  const content = document.getElementById('content');
  if (!content) return;
  window.history.pushState({ report: true }, '', window.location.href);
  content.innerHTML = body;
  const heading = content.querySelector<HTMLElement>('h1');
  if (heading) document.title = heading.textContent ?? document.title;
  document.dispatchEvent(new CustomEvent('huiyin:content', { detail: content }));
  window.scrollTo(0, 0);
  if (!content.querySelector('[data-focus]')) content.focus();
}

window.addEventListener('popstate', () => {
  if (document.querySelector('[data-report-preview]')) window.location.reload();
});
