/** Black boxes over parts of a photo: drawn with a finger or a mouse, or placed with buttons and keys. They are burned into the
 * pixels here, before anything is sent. */
import { draw, written } from './pictures';

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** One press of an arrow, as a part of the longer side. */
const STEP = 0.02;

/** Opens the editor after `place`; resolves to the photo with its boxes, or to nothing when it was left. */
export async function cover(file: File, place: Element): Promise<File | undefined> {
  const picture = await draw(file);
  return new Promise((resolve) => {
    const editor = new Editor(picture, (canvas) => {
      editor.panel.remove();
      if (canvas) void written(canvas, file.name).then(resolve);
      else resolve(undefined);
    });
    place.after(editor.panel);
    editor.begin();
  });
}

class Editor {
  readonly panel = document.createElement('div');
  private readonly canvas = document.createElement('canvas');
  private readonly said = document.createElement('p');
  private readonly boxes: Box[] = [];
  private chosen = -1;
  private corner: { x: number; y: number } | undefined;

  constructor(
    private readonly picture: HTMLCanvasElement,
    private readonly done: (canvas?: HTMLCanvasElement) => void,
  ) {
    this.panel.className = 'panel boxes';
    this.panel.setAttribute('role', 'group');
    this.panel.setAttribute('aria-label', '涂黑照片');
    this.canvas.width = picture.width;
    this.canvas.height = picture.height;
    this.canvas.className = 'boxes-picture';
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', '照片。用“加一块”放上黑块，方向键移动，按住 Shift 再按方向键改大小，Delete 去掉');
    this.said.setAttribute('role', 'status');
    this.said.className = 'muted';
    const hint = document.createElement('p');
    hint.className = 'form-note';
    hint.textContent = '在人脸、门牌、车牌上按住拖一下就涂黑。也可以按“加一块”，再用箭头移到地方。涂黑以后原图不会上传。';
    this.panel.append(hint, this.canvas, this.buttons(), this.said);
    this.listen();
  }

  begin(): void {
    this.paint();
    this.canvas.focus();
    this.panel.scrollIntoView({ block: 'nearest' });
  }

  private buttons(): HTMLElement {
    const row = document.createElement('div');
    row.className = 'boxes-acts';
    const add = (label: string, look: string, act: () => void, name = label) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = `btn btn-sm ${look}`;
      button.textContent = label;
      button.setAttribute('aria-label', name);
      button.addEventListener('click', act);
      row.append(button);
    };
    add('加一块', 'btn-outline', () => this.add());
    add('←', 'btn-outline', () => this.move(-1, 0), '往左移');
    add('→', 'btn-outline', () => this.move(1, 0), '往右移');
    add('↑', 'btn-outline', () => this.move(0, -1), '往上移');
    add('↓', 'btn-outline', () => this.move(0, 1), '往下移');
    add('大些', 'btn-outline', () => this.grow(1, 1));
    add('小些', 'btn-outline', () => this.grow(-1, -1));
    add('去掉这块', 'btn-outline', () => this.remove());
    add('涂好了', 'btn-primary', () => this.finish());
    add('不涂了', 'btn-ghost', () => this.done());
    return row;
  }

  private listen(): void {
    this.canvas.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      this.canvas.setPointerCapture(event.pointerId);
      this.corner = this.at(event);
      this.boxes.push({ ...this.corner, width: 0, height: 0 });
      this.chosen = this.boxes.length - 1;
    });
    this.canvas.addEventListener('pointermove', (event) => {
      const box = this.boxes[this.chosen];
      if (!this.corner || !box) return;
      const here = this.at(event);
      box.x = Math.min(here.x, this.corner.x);
      box.y = Math.min(here.y, this.corner.y);
      box.width = Math.abs(here.x - this.corner.x);
      box.height = Math.abs(here.y - this.corner.y);
      this.paint();
    });
    const release = () => {
      const box = this.boxes[this.chosen];
      // A mere touch is no box.
      if (this.corner && box && (box.width < 8 || box.height < 8)) this.remove();
      else if (this.corner) this.say();
      this.corner = undefined;
    };
    this.canvas.addEventListener('pointerup', release);
    this.canvas.addEventListener('pointercancel', release);
    this.canvas.addEventListener('keydown', (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    const ways: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const way = ways[event.key];
    if (way) (event.shiftKey ? this.grow : this.move).call(this, way[0], way[1]);
    else if (event.key === 'Delete' || event.key === 'Backspace') this.remove();
    else if (event.key === 'Enter') this.add();
    else if (event.key === 'Escape') this.done();
    else return;
    event.preventDefault();
  }

  private add(): void {
    const width = this.canvas.width / 5;
    const height = this.canvas.height / 8;
    this.boxes.push({ x: (this.canvas.width - width) / 2, y: (this.canvas.height - height) / 2, width, height });
    this.chosen = this.boxes.length - 1;
    this.paint();
    this.say();
  }

  private move(x: number, y: number): void {
    const box = this.boxes[this.chosen];
    if (!box) return this.add();
    box.x = within(box.x + x * this.step(), this.canvas.width - box.width);
    box.y = within(box.y + y * this.step(), this.canvas.height - box.height);
    this.paint();
  }

  private grow(x: number, y: number): void {
    const box = this.boxes[this.chosen];
    if (!box) return this.add();
    box.width = Math.max(this.step(), Math.min(box.width + x * this.step(), this.canvas.width - box.x));
    box.height = Math.max(this.step(), Math.min(box.height + y * this.step(), this.canvas.height - box.y));
    this.paint();
  }

  private remove(): void {
    this.boxes.splice(this.chosen, 1);
    this.chosen = this.boxes.length - 1;
    this.paint();
    this.say();
  }

  private finish(): void {
    this.chosen = -1;
    this.paint();
    this.done(this.boxes.length > 0 ? this.canvas : undefined);
  }

  private step(): number {
    return Math.max(this.canvas.width, this.canvas.height) * STEP;
  }

  private at(event: PointerEvent): { x: number; y: number } {
    const frame = this.canvas.getBoundingClientRect();
    return {
      x: within(((event.clientX - frame.left) / frame.width) * this.canvas.width, this.canvas.width),
      y: within(((event.clientY - frame.top) / frame.height) * this.canvas.height, this.canvas.height),
    };
  }

  private say(): void {
    this.said.textContent = this.boxes.length > 0 ? `已涂 ${this.boxes.length} 块` : '还没有涂';
  }

  private paint(): void {
    const context = this.canvas.getContext('2d');
    if (!context) return;
    context.drawImage(this.picture, 0, 0);
    context.fillStyle = '#000';
    for (const box of this.boxes) context.fillRect(box.x, box.y, box.width, box.height);
    const box = this.boxes[this.chosen];
    if (!box) return;
    context.strokeStyle = '#fc3';
    context.lineWidth = Math.max(2, this.canvas.width / 200);
    context.strokeRect(box.x, box.y, box.width, box.height);
  }
}

const within = (value: number, most: number): number => Math.max(0, Math.min(value, most));
