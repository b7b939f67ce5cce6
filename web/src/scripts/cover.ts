/** Covering places of a photo: rectangles drawn by mouse or finger, beside the squares that need no script. */
export function cover(root: ParentNode): void {
  const place = root.querySelector<HTMLElement>('[data-cover]');
  const boxes = root.querySelector<HTMLInputElement>('[data-cover-boxes]');
  if (!place || !boxes || place.dataset['alive']) return;
  place.dataset['alive'] = 'yes';
  const drawing = document.createElement('canvas');
  drawing.className = 'cover-canvas';
  drawing.setAttribute('aria-hidden', 'true');
  place.append(drawing);
  const drawn: Box[] = [];
  let from: Point | null = null;

  const paint = (also?: Box) => {
    drawing.width = place.clientWidth;
    drawing.height = place.clientHeight;
    const pen = drawing.getContext('2d');
    if (!pen) return;
    pen.fillStyle = '#29231c';
    for (const box of also ? [...drawn, also] : drawn) {
      const [x, y, width, height] = box;
      pen.fillRect((x * drawing.width) / 1000, (y * drawing.height) / 1000, (width * drawing.width) / 1000, (height * drawing.height) / 1000);
    }
    boxes.value = drawn.map((box) => box.join(',')).join(';');
  };
  const at = (event: PointerEvent): Point => {
    const edge = place.getBoundingClientRect();
    const part = (value: number, length: number) => Math.round(Math.min(Math.max(value / length, 0), 1) * 1000);
    return [part(event.clientX - edge.left, edge.width), part(event.clientY - edge.top, edge.height)];
  };

  place.addEventListener('pointerdown', (event) => {
    from = at(event);
  });
  place.addEventListener('pointermove', (event) => {
    if (!from) return;
    event.preventDefault();
    paint(between(from, at(event)));
  });
  window.addEventListener('pointerup', (event) => {
    if (!from) return;
    const box = between(from, at(event));
    from = null;
    // A press without a way is a click on a square.
    if (box[2] > 10 && box[3] > 10) {
      drawn.push(box);
      // The click that follows belongs to the drawing, not to a square.
      place.addEventListener('click', (click) => click.preventDefault(), { capture: true, once: true });
      window.setTimeout(() => paint(), 0);
    }
    paint();
  });
  root.querySelector('[data-cover-again]')?.addEventListener('click', () => {
    drawn.length = 0;
    paint();
  });
}

type Point = [number, number];
type Box = [number, number, number, number];

function between(one: Point, other: Point): Box {
  const [x, y] = [Math.min(one[0], other[0]), Math.min(one[1], other[1])];
  return [x, y, Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1])];
}
