// Takes the pictures of the README:  node pictures.mjs [--url http://127.0.0.1:8080] [NAME…]
// Without --url it starts the full demo city in a temporary folder.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { DESK, PHONE, launch, open } from './support/browser.mjs';
import { startCity } from './support/city.mjs';
import { signIn } from './support/people.mjs';

const folder = fileURLToPath(new URL('../docs/pictures/', import.meta.url));

/**
 * Every picture: its file name, its page, the screen it is taken on; who is signed in, whether in elder mode, and the
 * link to open from there.
 */
const PICTURES = [
  { name: 'home-desk', page: '/', size: DESK },
  { name: 'wall-phone', page: '/wall', size: PHONE },
  { name: 'report-phone', page: '/problems/new?county=610602', size: PHONE, then: '.choice-link' },
  { name: 'echo-desk', page: '/echo', size: DESK, from: '#list' },
  { name: 'desk-desk', page: '/desk', size: DESK, as: 'baota-county' },
  { name: 'case-desk', page: '/desk?duty=verify', size: DESK, as: 'baota-county', then: 'tbody tr:has-text("宝塔-") a[href^="/cases/"]' },
  { name: 'figures-desk', page: '/figures', size: DESK },
  { name: 'elder-phone', page: '/', size: PHONE, elder: true },
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
async function take({ name, page: address, size, as, elder, then, from }) {
  const page = await open(browser, city, { size, reducedMotion: 'reduce' });
  if (as) await signIn(page, as);
  if (elder) {
    await page.goto('/');
    await page.getByRole('button', { name: '长辈版' }).click();
    await page.getByRole('button', { name: '标准版' }).waitFor();
  }
  const answer = await page.goto(address, { waitUntil: 'networkidle' });
  if (!answer.ok()) throw new Error(`${address} answers ${answer.status()}`);
  if (then) {
    const next = await page.locator(then).first().getAttribute('href');
    const opened = await page.goto(next, { waitUntil: 'networkidle' });
    if (!opened.ok()) throw new Error(`${next} answers ${opened.status()}`);
  }
  if (from) await page.locator(from).evaluate((part) => part.scrollIntoView());
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  await page.context().close();
  console.log(`docs/pictures/${name}.png`);
}
