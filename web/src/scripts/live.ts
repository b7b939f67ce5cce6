/** A live round: one stream of what is asked. A step that is news brings the page anew; on telephones a little apart, so that
 * thousands do not ask in the same instant. */

interface Stage {
  phase: string;
  item: number;
  of: number;
  round: number;
  stem: string;
  way: string;
  options: [string, string][];
  right: string | null;
}

export function live(): void {
  const place = document.querySelector<HTMLElement>('[data-stream]');
  if (!place || !('EventSource' in window)) return;
  const source = new EventSource(place.dataset['stream'] ?? '');
  // A browser comes back by itself after a cut, but not after an answer that is no stream, as of a server that starts: then this does.
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) window.setTimeout(live, 3000 + Math.random() * 2000);
  });
  source.addEventListener('message', (event) => {
    const stage = JSON.parse(event.data as string) as Stage;
    if (String(stage.item) === place.dataset['liveItem'] && stage.phase === place.dataset['livePhase']) return;
    source.close();
    if (stage.phase === 'asked' && !place.classList.contains('live-screen')) {
      ask(place, stage);
      follow(source.url);
      return;
    }
    const apart = place.classList.contains('live-screen') ? 0 : Math.random() * 1500;
    window.setTimeout(renew, apart);
  });
}

/** When something was sent last. */
let sent = 0;
document.addEventListener('submit', () => {
  sent = Date.now();
});

/** Brings the page anew, but never over an answer that is on its way: its own page comes. */
function renew(): void {
  if (Date.now() - sent < 8000) window.setTimeout(renew, 1000);
  else window.location.reload();
}

/** After a question was drawn here, the next news is taken the same way. */
function follow(address: string): void {
  const place = document.querySelector<HTMLElement>('[data-stream]');
  if (place) place.dataset['stream'] = address;
  live();
}

/** A question is drawn from the stream itself: nobody has to ask for it. */
function ask(place: HTMLElement, stage: Stage): void {
  place.dataset['liveItem'] = String(stage.item);
  place.dataset['livePhase'] = stage.phase;
  const form = document.createElement('form');
  form.className = 'form';
  form.method = 'post';
  form.action = (place.dataset['stream'] ?? '').replace(/events$/, 'answers');
  const token = document.querySelector<HTMLInputElement>('input[name="csrf"]')?.value ?? '';
  for (const [name, value] of [['csrf', token], ['item', String(stage.item)]]) {
    const hidden = document.createElement('input');
    Object.assign(hidden, { type: 'hidden', name, value });
    form.append(hidden);
  }
  const said = document.createElement('p');
  said.className = 'muted';
  said.textContent = `第 ${stage.round} 轮 · 第 ${stage.item} 题，共 ${stage.of} 题`;
  const set = document.createElement('fieldset');
  set.className = 'asked';
  const legend = document.createElement('legend');
  legend.className = 'asked-stem';
  legend.textContent = stage.stem;
  set.append(legend);
  if (stage.way === 'line') {
    const line = document.createElement('input');
    Object.assign(line, { className: 'input', type: 'text', name: 'value', maxLength: 100, autocomplete: 'off', required: true });
    line.setAttribute('aria-label', '答案');
    set.append(line);
  }
  const many = stage.way === 'multiple';
  for (const [value, text] of stage.options) {
    const row = document.createElement('div');
    row.className = 'choice';
    const mark = document.createElement('input');
    Object.assign(mark, { className: 'choice-mark', type: many ? 'checkbox' : 'radio', id: `v${value}`, name: 'value', value, required: !many });
    const label = document.createElement('label');
    label.htmlFor = `v${value}`;
    label.textContent = text;
    row.append(mark, label);
    set.append(row);
  }
  const acts = document.createElement('p');
  acts.className = 'form-acts';
  const button = document.createElement('button');
  Object.assign(button, { className: 'btn btn-primary btn-lg', type: 'submit', textContent: '就选这个' });
  acts.append(button);
  form.append(set, acts);
  place.replaceChildren(said, form);
  place.setAttribute('aria-live', 'polite');
}
