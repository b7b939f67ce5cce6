/** A recording by HLS plays in the page: by the browser itself, or by a script of this site that is loaded when it is needed. */

type Play = (video: HTMLVideoElement, address: string, failed: () => void) => boolean;

const player = (): Play | undefined => (window as unknown as { huiyinHls?: Play }).huiyinHls;

export function watch(): void {
  for (const box of document.querySelectorAll<HTMLElement>('[data-hls]')) {
    const video = box.querySelector('video');
    const button = box.querySelector('button');
    if (!video || !button || video.canPlayType('application/vnd.apple.mpegurl') !== '') continue;
    video.removeAttribute('src');
    video.hidden = true;
    button.hidden = false;
    button.addEventListener('click', () => {
      button.disabled = true;
      begin(box, video).then(
        () => (button.hidden = true),
        () => failed(box, video, button),
      );
    });
  }
}

async function begin(box: HTMLElement, video: HTMLVideoElement): Promise<void> {
  if (!player()) await load(box.dataset['script'] ?? '');
  video.hidden = false;
  const button = box.querySelector('button');
  const began = player()?.(video, box.dataset['hls'] ?? '', () => failed(box, video, button));
  if (!began) throw new Error('no player');
  await video.play().catch(() => undefined);
}

function load(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(address));
    document.head.append(script);
  });
}

/** The link below still leads to where it lies. */
function failed(box: HTMLElement, video: HTMLVideoElement, button: HTMLElement | null): void {
  video.hidden = true;
  if (button) button.hidden = true;
  const line = box.querySelector('[role="status"]');
  if (line) line.textContent = '在这里放不了，请点下面的链接，到原来的网站上看。';
}
