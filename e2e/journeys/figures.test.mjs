// The figures: both numbers, the list behind each, and a table under every chart.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();
const RAISED = 'problems_raised';
const SOLVED = 'problems_solved';

for (const [place, size, scripts] of [['a phone without JavaScript', PHONE, false], ['a desk', DESK, true]]) {
  step(`both numbers stand on the page on ${place}`, { size, scripts }, async (page) => {
    await page.goto('/figures');
    const both = page.locator('.figure-rate', { hasText: '问题解决率' }).locator('.figure-both');
    const [solved, raised] = await both.locator('.number, b').allInnerTexts();
    assert.ok(whole(raised) > 0 && whole(solved) <= whole(raised), `${solved} of ${raised}`);
    const shown = await page.locator('.figure-rate', { hasText: '问题解决率' }).locator('.figure-value').innerText();
    assert.equal(parseFloat(shown), Math.round((whole(solved) / whole(raised)) * 1000) / 10, 'the share is that of the two numbers');
    assert.equal(await page.getByRole('link', { name: /% %/ }).count(), 0, 'a share says its sign once');
    assert.equal(await overflow(page), 0, 'the page scrolls sideways');
  });

  step(`the chart has its table on ${place}`, { size, scripts }, async (page) => {
    await page.goto('/figures');
    const months = page.locator('section[aria-labelledby="by-month"]');
    const rows = await months.locator('tbody tr').count();
    assert.ok(rows >= 12, `${rows} months`);
    assert.equal(await months.locator('.chart-picture').getAttribute('aria-hidden'), 'true', 'the table is what is read aloud');
    if (scripts) await months.locator('.chart-picture :is(svg, canvas)').first().waitFor();
    else assert.equal(await months.locator('.chart-picture').isVisible(), false, 'no empty frame without a script');
  });
}

step('a door opens a list of the same length', { size: DESK }, async (page) => {
  await signIn(page, 'city-staff', '/figures');
  for (const id of [RAISED, SOLVED]) {
    await page.goto('/figures');
    const door = page.locator(`.figure a.number[href^="/figures/${id}/list"]`).first();
    const number = whole(await door.innerText());
    assert.ok(number > 0);
    await door.click();
    await page.locator('.list-foot', { hasText: `清单共 ${number} 条` }).waitFor();
    assert.equal(await walk(page), number, 'as many rows as the number says');
  }
});

step('a county filter changes number and list alike', { size: DESK }, async (page) => {
  await signIn(page, 'city-staff', '/figures?county=610602');
  const door = page.locator(`.figure a.number[href^="/figures/${RAISED}/list"]`).first();
  const number = whole(await door.innerText());
  await door.click();
  await page.locator('.list-foot', { hasText: `清单共 ${number} 条` }).waitFor();
  assert.match(page.url(), /county=610602/);
});

for (const [place, size] of [['a phone', PHONE], ['a desk', DESK]]) {
  step(`the figures are accessible on ${place}`, { size }, async (page) => {
    await signIn(page, 'city-staff', '/figures');
    for (const address of ['/figures', `/figures/${RAISED}`, `/figures/${RAISED}/list`]) {
      await page.goto(address);
      await assertAccessible(page);
      assert.equal(await overflow(page), 0, `${address} scrolls sideways`);
    }
  });
}

/** The number in a text such as `31,602个`. */
const whole = (text) => Number.parseInt(text.replaceAll(/[,\s]/g, ''), 10);

/** Counts the rows from the first page of a list to the last. */
async function walk(page) {
  let rows = 0;
  for (;;) {
    rows += await page.locator('main tbody tr').count();
    const next = await page.getByRole('link', { name: '下一页' }).first().getAttribute('href', { timeout: 500 }).catch(() => null);
    if (next === null) return rows;
    await page.goto(new URL(next, page.url()).href);
  }
}
