/** What scripts add to the library: letters as one likes them, reading aloud, the satchel, and notes and
 * reflections that wait for a network. */
import { look } from './study/look';
import { notes } from './study/notes';
import { deliver } from './study/outbox';
import { place } from './study/place';
import { reflection } from './study/reflection';
import { satchel } from './study/satchel';
import { putting } from './study/put';
import { scan } from './study/scan';
import { watch } from './study/watch';

function begin(): void {
  look();
  place();
  notes();
  reflection();
  putting();
  scan();
  watch();
  void satchel();
  void deliver();
  window.addEventListener('online', () => void deliver());
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
else begin();
