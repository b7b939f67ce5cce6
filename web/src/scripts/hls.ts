/** Plays a recording by HLS where the browser itself cannot: loaded only when somebody presses play. */
import Hls from 'hls.js/light';

/** Whether it began; `failed` hears when it ends for good. */
function play(video: HTMLVideoElement, address: string, failed: () => void): boolean {
  if (!Hls.isSupported()) return false;
  // A worker made of a blob is not allowed here, and not needed for one recording.
  const player = new Hls({ enableWorker: false });
  player.on(Hls.Events.ERROR, (_event, error) => {
    if (!error.fatal) return;
    player.destroy();
    failed();
  });
  player.loadSource(address);
  player.attachMedia(video);
  return true;
}

(window as unknown as { huiyinHls?: typeof play }).huiyinHls = play;
