// The desk from the keyboard and in bulk; a saved filter; who else has a case open.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, open, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();

for (const [place, size, scripts] of [['a phone without JavaScript', PHONE, false], ['a desk', DESK, true]]) {
  step(`ticked, asked once more and reminded on ${place}`, { size, scripts }, async (page) => {
    await signIn(page, 'baota-county', '/cases');
    await page.locator('.pick input').first().check();
    await page.getByRole('button', { name: '提醒', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '批量提醒：共 1 件' }).waitFor();
    assert.equal(await overflow(page), 0, 'the page scrolls sideways');
    if (scripts) await assertAccessible(page);
    await page.getByRole('button', { name: '确认提醒 1 件' }).click();
    await page.getByRole('heading', { level: 1, name: /批量提醒 1 件/ }).waitFor();
    await page.goto('/bulk');
    await page.getByRole('link').filter({ hasText: '2016年' }).first().click();
    await page.getByText('逐件结果').waitFor();
    assert.equal(await overflow(page), 0, 'the result scrolls sideways');
  });
}

step('the desk from the keyboard', { size: DESK }, async (page) => {
  await signIn(page, 'baota-county', '/desk');
  await page.keyboard.press('j');
  const first = await page.evaluate(() => document.activeElement?.getAttribute('href'));
  assert.match(first ?? '', /^\/cases\//, 'the first row has the focus');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('href')), first, 'down and up again');
  await page.keyboard.press('x');
  await page.getByText('已选 1 件').waitFor();
  await page.keyboard.press('?');
  await page.getByText('下一件、上一件').waitFor();
  await page.goto('/cases');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'q', 'the search has the focus');
  await page.keyboard.type('jk?');
  assert.equal(await page.locator('input[name=q]').inputValue(), 'jk?', 'who writes is not disturbed');
});

step('two who open one case are told of each other', { size: DESK }, async (page, city) => {
  await signIn(page, 'baota-county', '/desk');
  const address = await page.locator('tbody th a').first().getAttribute('href');
  await page.goto(address, { waitUntil: 'networkidle' });
  const other = await open(page.context().browser(), city, { size: DESK });
  await signIn(other, 'city-staff', address);
  await other.goto(address, { waitUntil: 'networkidle' });
  const told = await other.locator('#presence-others').textContent();
  assert.match(told ?? '', /正在处理这件事/);
  await other.context().close();
});
