/** The camera of a telephone as a scanner, where the browser reads squares by itself. It types into the field that waits and sends the
 * form; the page after that goes on by itself, as with a scanner in the hand. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type Detectors = new (options: { formats: string[] }) => Detector;

const ON = 'huiyin-scan';
/** What was read last: it still lies before the camera when the next page comes. */
const LAST = 'huiyin-scan-last';

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
  let quiet = 0;
  const round = async (): Promise<void> => {
    const seen = (await detector.detect(video)).map((one) => one.rawValue);
    quiet = seen.length > 0 ? 0 : quiet + 1;
    if (quiet > 6) sessionStorage.removeItem(LAST);
    const found = seen.find((value) => !before.has(value) && value !== sessionStorage.getItem(LAST));
    const field = [...form.querySelectorAll<HTMLInputElement>('input[type=text]')].find((one) => !one.value);
    if (found && field) {
      field.value = found;
      sessionStorage.setItem(LAST, found);
      form.submit();
      return;
    }
    window.setTimeout(() => void round(), 250);
  };
  await round();
}
