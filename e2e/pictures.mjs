// Takes the pictures of the README:  node pictures.mjs [--url http://127.0.0.1:8080] [NAME…]
// Without --url it starts the full demo city in a temporary folder.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { DESK, PHONE, launch, open } from './support/browser.mjs';
import { startCity } from './support/city.mjs';

const folder = fileURLToPath(new URL('../docs/pictures/', import.meta.url));

/** Every picture: its file name, its page, the screen it is taken on. */
const PICTURES = [
  { name: 'home', page: '/', size: DESK },
  { name: 'home-phone', page: '/', size: PHONE },
  { name: 'wall', page: '/wall', size: DESK },
  { name: 'wall-phone', page: '/wall', size: PHONE },
  { name: 'echo', page: '/echo', size: DESK },
  { name: 'raise-phone', page: '/problems/new', size: PHONE },
  { name: 'gallery', page: '/gallery', size: DESK },
];

const words = process.argv.slice(2);
const given = words.indexOf('--url');
if (given >= 0) [, process.env.HUIYIN_URL] = words.splice(given, 2);

const wanted = PICTURES.filter(({ name }) => words.length === 0 || words.includes(name));
const city = await startCity({ scale: process.env.HUIYIN_SCALE || 'full' });
const browser = await launch();
try {
  await mkdir(folder, { recursive: true });
  for (const picture of wanted) await take(picture);
} finally {
  await browser.close();
  await city.stop();
}

// A page that does not answer is an error: a README with a picture of an error page would be worse than none.
async function take({ name, page: address, size }) {
  const page = await open(browser, city, { size, deviceScaleFactor: size === PHONE ? 2 : 1, reducedMotion: 'reduce' });
  const answer = await page.goto(address, { waitUntil: 'networkidle' });
  if (!answer.ok()) throw new Error(`${address} answers ${answer.status()}`);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  await page.context().close();
  console.log(`docs/pictures/${name}.png`);
}
