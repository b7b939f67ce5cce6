/** Size of letters, line height, night and reading aloud: kept on this device, for this device. */

const KEY = 'huiyin.reading';
const SIZES = 5;
const LINES = 3;

interface Look {
  size: number;
  line: number;
  night: boolean;
}

function kept(): Look {
  const usual = { size: 1, line: 1, night: false };
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return found && typeof found === 'object' ? { ...usual, ...found } : usual;
  } catch {
    return usual;
  }
}

export function look(): void {
  const reader = document.querySelector<HTMLElement>('.reader');
  if (!reader) return;
  const now = kept();
  for (const tools of reader.querySelectorAll<HTMLElement>('[data-scripted]')) tools.hidden = false;
  const draw = (): void => {
    for (let n = 0; n < SIZES; n += 1) reader.classList.toggle(`reader-size-${n}`, n === now.size);
    for (let n = 0; n < LINES; n += 1) reader.classList.toggle(`reader-line-${n}`, n === now.line);
    document.body.classList.toggle('night', now.night);
    reader.querySelector('[data-night]')?.setAttribute('aria-pressed', String(now.night));
  };
  const change = (by: Partial<Look>): void => {
    Object.assign(now, by);
    draw();
    try {
      localStorage.setItem(KEY, JSON.stringify(now));
    } catch {
      // Then it holds for this page only.
    }
  };
  for (const button of reader.querySelectorAll<HTMLElement>('[data-size]')) {
    const step = Number(button.dataset['size']);
    button.addEventListener('click', () => change({ size: Math.min(SIZES - 1, Math.max(0, now.size + step)) }));
  }
  reader.querySelector('[data-line]')?.addEventListener('click', () => change({ line: (now.line + 1) % LINES }));
  reader.querySelector('[data-night]')?.addEventListener('click', () => change({ night: !now.night }));
  draw();
  speaking(reader);
}

/** One paragraph after another: a browser stops in the middle of a long text. */
function speaking(reader: HTMLElement): void {
  const button = reader.querySelector<HTMLElement>('[data-speak]');
  if (!button || !('speechSynthesis' in window)) return;
  button.hidden = false;
  let on = false;
  const stop = (): void => {
    on = false;
    window.speechSynthesis.cancel();
    button.textContent = '朗读';
  };
  const say = (blocks: string[]): void => {
    const [first, ...rest] = blocks;
    if (!on || first === undefined) {
      stop();
      return;
    }
    const speech = new SpeechSynthesisUtterance(first);
    speech.lang = 'zh-CN';
    speech.rate = 0.9;
    speech.onend = () => {
      if (on) say(rest);
    };
    window.speechSynthesis.speak(speech);
  };
  button.addEventListener('click', () => {
    if (on) {
      stop();
      return;
    }
    on = true;
    button.textContent = '停止朗读';
    const text = reader.querySelector<HTMLElement>('.reader-text')?.innerText ?? '';
    say(text.split('\n').filter((line) => line.trim() !== ''));
  });
  window.addEventListener('pagehide', stop);
}
