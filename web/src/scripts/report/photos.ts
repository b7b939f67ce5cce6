/** The photos of a report: chosen one after another, made small, covered where that is wished, removed again. */
import { cover } from './boxes';
import { shrink } from './pictures';

export class Photos {
  files: File[] = [];
  private readonly input: HTMLInputElement;
  private readonly list = document.createElement('ul');
  private readonly said = document.createElement('p');

  /** `part` holds the file field and says how many photos there may be. */
  constructor(
    private readonly part: HTMLElement,
    private readonly changed: () => void,
  ) {
    this.input = part.querySelector<HTMLInputElement>('input[type=file]') as HTMLInputElement;
    this.list.className = 'kept-photos';
    this.said.className = 'form-note';
    this.said.setAttribute('role', 'status');
    this.input.after(this.said, this.list);
    this.input.addEventListener('change', () => void this.take(Array.from(this.input.files ?? [])));
  }

  /** How many of its own there may be, beside those that the server keeps already. */
  private get most(): number {
    return Number(this.part.dataset['photos']) - this.part.querySelectorAll('input[name=drop]').length;
  }

  /** Shows what a draft has kept. */
  restore(files: File[]): void {
    this.files = files;
    this.paint();
  }

  private async take(chosen: File[]): Promise<void> {
    const room = this.most - this.files.length;
    // Some cameras name no type; what names another one is no photo.
    const pictures = chosen.filter(({ type }) => type === '' || type.startsWith('image/'));
    const taken = pictures.slice(0, Math.max(0, room));
    for (const [place, file] of taken.entries()) {
      this.said.textContent = `正在处理第 ${place + 1} 张，共 ${taken.length} 张……`;
      this.files.push(await shrink(file, `照片${this.files.length + 1}.jpg`));
    }
    // Empty again, so that the next photo can be chosen from the camera.
    this.input.value = '';
    this.paint();
    const said = [];
    if (taken.length < pictures.length) said.push(`最多 ${this.most} 张，多出的 ${pictures.length - taken.length} 张没有加。`);
    if (pictures.length < chosen.length) said.push(`有 ${chosen.length - pictures.length} 个不是照片，没有加。`);
    if (said.length > 0) this.said.textContent = said.join('');
    this.changed();
  }

  private paint(): void {
    for (const image of this.list.querySelectorAll('img')) URL.revokeObjectURL(image.src);
    this.list.replaceChildren(...this.files.map((file, place) => this.item(file, place)));
    const size = this.files.reduce((sum, file) => sum + file.size, 0);
    this.said.textContent = this.files.length > 0 ? `已选 ${this.files.length} 张，共 ${weight(size)}。` : '';
  }

  private item(file: File, place: number): HTMLElement {
    const item = document.createElement('li');
    const image = document.createElement('img');
    image.src = URL.createObjectURL(file);
    image.alt = `照片 ${place + 1}`;
    const acts = document.createElement('span');
    acts.className = 'kept-acts';
    acts.append(
      button('涂黑', `涂黑第 ${place + 1} 张`, () => void this.cover(place)),
      button('去掉', `去掉第 ${place + 1} 张`, () => this.drop(place)),
    );
    item.append(image, acts);
    return item;
  }

  private async cover(place: number): Promise<void> {
    const file = this.files[place];
    if (!file || this.list.parentElement?.querySelector('.boxes')) return;
    const covered = await cover(file, this.list).catch(() => {
      this.said.textContent = '这张照片在您的浏览器里打不开，涂不了。';
      return undefined;
    });
    if (covered) {
      this.files[place] = covered;
      this.paint();
      this.changed();
    }
    this.list.querySelectorAll<HTMLElement>('li')[place]?.querySelector<HTMLElement>('button')?.focus();
  }

  private drop(place: number): void {
    this.files.splice(place, 1);
    this.paint();
    this.changed();
    this.input.focus();
  }
}

function button(label: string, name: string, act: () => void): HTMLElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn btn-outline btn-sm';
  made.textContent = label;
  made.setAttribute('aria-label', name);
  made.addEventListener('click', act);
  return made;
}

const weight = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
