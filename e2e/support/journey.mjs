// What a journey file begins with: one city and one browser for all its tests, closed when they are done.
import { after, before, test } from 'node:test';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { launch, open } from './browser.mjs';
import { startCity } from './city.mjs';

const shots = fileURLToPath(new URL('../out/', import.meta.url));

/**
 *   const step = journey();
 *   step('the wall opens', { size: PHONE, scripts: false }, async (page, city) => { … });
 *
 * Every step has a browser session of its own. A step that fails leaves a picture in e2e/out; one whose page
 * complained (a script error, a refused resource, an answer of 500) fails too, unless the step took what it
 * expected out of page.complaints.
 */
export function journey(options = {}) {
  let city;
  let browser;
  before(async () => {
    [city, browser] = await Promise.all([startCity(options), launch()]);
  });
  after(async () => {
    await browser?.close();
    await city?.stop();
  });
  return (name, { timeout = 120_000, ...how }, body) => {
    test(name, { timeout }, async () => {
      const page = await open(browser, city, how);
      try {
        await body(page, city);
        if (page.complaints.length > 0) throw new Error(`the page complained:\n  ${page.complaints.join('\n  ')}`);
      } catch (error) {
        await screenshot(page, name);
        console.error(`--- ${name}: ${page.url()}\n${await words(page)}\n---`);
        throw error;
      } finally {
        await page.context().close();
      }
    });
  };
}

/** What the page says, for a failure on a machine whose pictures nobody sees. */
async function words(page) {
  const said = await page.locator('main').innerText({ timeout: 2000 }).catch((error) => String(error));
  return said.replace(/\n{2,}/g, '\n').slice(0, 4000);
}

/** A picture of the whole page in e2e/out, for whoever looks into a failure. */
export async function screenshot(page, name) {
  await mkdir(shots, { recursive: true });
  const file = path.join(shots, `${name.replace(/[^\p{L}\p{N}]+/gu, '-')}.png`);
  await page.screenshot({ path: file, fullPage: true }).catch(() => {});
  return file;
}
