/** The camera of a telephone as a scanner, where the browser reads squares by itself. It types into the field that waits and sends the
 * form; the page after that goes on by itself, as with a scanner in the hand. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type Detectors = new (options: { formats: string[] }) => Detector;

const ON = 'huiyin-scan';

export function scan(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-scan]');
  const known = (window as unknown as { BarcodeDetector?: Detectors }).BarcodeDetector;
  const button = form?.querySelector<HTMLButtonElement>('[data-scan-camera]');
  if (!form || !button || !known || !navigator.mediaDevices) return;
  button.hidden = false;
  const begin = (): void => void look(form, new known({ formats: ['qr_code'] })).catch(() => refused(form));
  button.addEventListener('click', begin);
  // It was on before the last one was saved: go on.
  if (sessionStorage.getItem(ON)) begin();
}

function refused(form: HTMLFormElement): void {
  sessionStorage.removeItem(ON);
  const said = form.querySelector<HTMLElement>('[data-scan-said]');
  const view = form.querySelector<HTMLElement>('[data-scan-view]');
  if (view) view.hidden = false;
  if (said) said.textContent = '相机打不开。请在浏览器里允许使用相机，或者照着输编码。';
}

async function look(form: HTMLFormElement, detector: Detector): Promise<void> {
  const video = form.querySelector('video');
  const view = form.querySelector<HTMLElement>('[data-scan-view]');
  if (!video || !view) return;
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  sessionStorage.setItem(ON, 'yes');
  view.hidden = false;
  await video.play();
  const before = new Set([...form.querySelectorAll<HTMLInputElement>('input[type=text]')].map((field) => field.value));
  const round = async (): Promise<void> => {
    const found = (await detector.detect(video)).map((one) => one.rawValue).find((value) => !before.has(value));
    const field = [...form.querySelectorAll<HTMLInputElement>('input[type=text]')].find((one) => !one.value);
    if (found && field) {
      field.value = found;
      form.submit();
      return;
    }
    window.setTimeout(() => void round(), 250);
  };
  await round();
}
