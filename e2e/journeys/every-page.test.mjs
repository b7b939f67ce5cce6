// Every page that somebody's links lead to: it fits a phone in both sizes of type, it is accessible, it says what it is.
import assert from 'node:assert/strict';

import { accessibilityFaults } from '../support/accessibility.mjs';
import { DESK, PHONE, overflow } from '../support/browser.mjs';
import { crawl } from '../support/crawl.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();
/** Milliseconds for all the pages of one person, some two hundred of them. */
const WHOLE = 300_000;
/** Pixels of the smallest text in elder mode: 18 pt. */
const SMALLEST = 24;
/** A page that one person's links led to is not walked again for the next. */
const seen = new Set();

const PEOPLE = [
  ['a resident', null],
  ['a member', 'baota-member'],
  ['a branch secretary', 'baota-t01-v01'],
  ['a county', 'baota-county'],
  ['the city', 'city-staff'],
  ['the system administrator', 'system-admin'],
  ['the security administrator', 'security-admin'],
  ['the audit administrator', 'audit-admin'],
];

for (const [who, login] of PEOPLE) {
  step(`every page of ${who} fits, speaks and reads aloud`, { size: PHONE, timeout: WHOLE }, async (page) => {
    if (login) await signIn(page, login, '/');
    const faults = [];
    const known = seen.size;
    const broken = await crawl(page, '/', seen, async (here) => {
      faults.push(...(await faultsOf(page)).map((fault) => `${here}: ${fault}`));
    });
    assert.deepEqual([...broken, ...faults], []);
    assert.ok(known > 0 || seen.size > 5, 'the links lead somewhere');
  });
}

async function faultsOf(page) {
  const faults = [];
  if ((await page.locator('h1').count()) !== 1) faults.push('not one main heading');
  const wide = await overflow(page);
  if (wide > 0) faults.push(`${wide} pixels too wide for a phone`);
  faults.push(...(await accessibilityFaults(page)));
  await page.evaluate(() => document.documentElement.classList.add('elder'));
  const wider = await overflow(page);
  if (wider > 0) faults.push(`${wider} pixels too wide in elder mode`);
  const small = await smallText(page);
  if (small.length > 0) faults.push(`small type in elder mode: ${small.join(' | ')}`);
  await page.evaluate(() => document.documentElement.classList.remove('elder'));
  await page.setViewportSize(DESK);
  const desk = await overflow(page);
  if (desk > 0) faults.push(`${desk} pixels too wide for a desk`);
  await page.setViewportSize(PHONE);
  return faults;
}

/** Text that is too small to read for the old, with where it stands. */
function smallText(page) {
  return page.evaluate((smallest) => {
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      const parent = walker.currentNode.parentElement;
      if (!text || !parent || parent.closest('script, style, svg, canvas, option')) continue;
      const box = parent.getBoundingClientRect();
      if (box.width < 2 || box.height < 2) continue;
      const size = parseFloat(getComputedStyle(parent).fontSize);
      if (size < smallest) found.add(`${parent.tagName.toLowerCase()}.${parent.className} ${size}px “${text.slice(0, 12)}”`);
    }
    return [...found].slice(0, 4);
  }, SMALLEST);
}
