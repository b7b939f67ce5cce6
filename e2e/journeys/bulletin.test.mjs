// The bulletins: every number opens its list, the paper prints, an issuer writes beside the numbers and never over them.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();

/** A form that is refused answers 422, which the browser reports: here it was asked for. */
function refused(page) {
  page.complaints = page.complaints.filter((complaint) => !complaint.includes('422'));
}

for (const [place, size, scripts] of [['a phone without JavaScript', PHONE, false], ['a desk', DESK, true]]) {
  step(`a number of an issued bulletin opens the list it was counted from on ${place}`, { size, scripts }, async (page) => {
    await page.goto('/bulletins');
    await page.getByRole('link', { name: '2016年11月' }).click();
    await page.locator('.official-number', { hasText: '〔2016〕11号' }).waitFor();
    assert.equal(await overflow(page), 0, 'the page scrolls sideways');
    if (scripts) await assertAccessible(page);
    const door = page.locator('.official-text p a[href*="/figures/problems_raised"]').first();
    const number = Number.parseInt(await door.innerText(), 10);
    assert.ok(number > 0);
    await door.click();
    await page.locator('.list-foot', { hasText: `清单共 ${number} 条` }).waitFor();
    assert.equal(await overflow(page), 0, 'the list scrolls sideways');
  });
}

step('an issuer writes beside the numbers', { size: DESK }, async (page) => {
  await signIn(page, 'city-staff', '/bulletins/201612/draft');
  const numbers = await page.locator('.official-text a').allInnerTexts();
  await page.getByLabel('工作要求').fill('入冬前把供水问题办完。');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await page.locator('.official-text', { hasText: '入冬前把供水问题办完。' }).waitFor();
  assert.deepEqual(await page.locator('.official-text a').allInnerTexts(), numbers);
  await page.getByLabel('工作要求').fill('宝塔区排名第一。');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await page.getByText('通报不给地方和人排名次').first().waitFor();
  refused(page);
});

step('a target stands with its gap, and what is held is not asked for', { size: PHONE }, async (page) => {
  await signIn(page, 'city-staff', '/targets/funding');
  await page.getByText('人工录入').first().waitFor();
  assert.equal(await overflow(page), 0, 'the target scrolls sideways');
  await page.goto('/field-requests/new');
  await page.getByLabel('要什么、做什么用').fill('月报');
  await page.getByLabel('依据').fill('演示文件');
  await page.getByLabel('到哪天为止').fill('2016-12-30');
  await page.getByLabel('问题墙梳理问题').check();
  await page.getByLabel('宝塔区').check();
  await page.getByRole('button', { name: '提出', exact: true }).click();
  await page.getByText('要的数系统都有').first().waitFor();
  refused(page);
});
