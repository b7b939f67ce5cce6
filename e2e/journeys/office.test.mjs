// What an office does besides its cases: who is on call, calls and draws, a ledger brought along, and a text before it is public.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();
const LEDGER = [
  '序号,乡镇,行政村,反映人,联系电话,反映问题,责任单位,收集时间,整改情况,是否解决,办结时间',
  '1,没有这个乡,没有这个村,,,村里自来水停了三天没人修,区水务局,2016年3月5日,更换了水管，恢复供水,已解决,2016.3.20',
].join('\n');

step('a turn is taken off the roster, and the gap is said', { size: PHONE, scripts: false }, async (page) => {
  await signIn(page, 'baota-county', '/roster');
  await page.getByRole('heading', { level: 1, name: '宝塔区紧急值班表' }).waitFor();
  assert.equal(await overflow(page), 0, 'the roster scrolls sideways');
  const turns = page.getByRole('button', { name: /^撤下/ });
  const before = await turns.count();
  assert.ok(before > 0, 'somebody is on call');
  await turns.last().click();
  await page.getByRole('heading', { level: 2, name: '今后两周的空班' }).waitFor();
  assert.equal(await turns.count(), before - 1);
});

step('the calls lead to the public draws, which anybody can check', { size: DESK }, async (page) => {
  await signIn(page, 'baota-county', '/callbacks');
  await page.getByRole('heading', { level: 1, name: '宝塔区电话回访' }).waitFor();
  await assertAccessible(page);
  await page.getByRole('link', { name: '看公开的抽签页' }).click();
  await page.getByRole('heading', { level: 1, name: '宝塔区回访抽签' }).waitFor();
  const drawn = page.locator('details.fold', { hasText: /抽 \d+ 件|不足 5 件/ }).first();
  await drawn.locator('summary').click();
  assert.match(await drawn.innerText(), /[0-9a-f]{64}（.*抽签后公布）/, 'the seed is published after the draw');
  await assertAccessible(page);
});

step('a ledger is looked at before anything of it is written', { size: PHONE, scripts: false }, async (page) => {
  await signIn(page, 'baota-county', '/cases/imports');
  await page.getByLabel(/选择表格文件/).setInputFiles({ name: '问题台账.csv', mimeType: 'text/csv', buffer: Buffer.from(LEDGER) });
  await page.getByRole('button', { name: '上传并检查' }).click();
  await page.getByRole('heading', { level: 1, name: '问题台账.csv' }).waitFor();
  assert.equal(await overflow(page), 0, 'the result scrolls sideways');
  await page.goto('/wall?q=' + encodeURIComponent('自来水停了三天没人修'));
  assert.equal(await page.locator('.echo-pair').count(), 0, 'nothing was written');
});

step('a name in what is written to a reporter is asked about, and what was written stays', { size: DESK }, async (page) => {
  const words = '请联系村民王建国，电话13900000000。';
  await signIn(page, 'baota-county', '/desk');
  await page.locator('tbody th a', { hasText: /\d{4}-\d{5}/ }).first().click();
  await page.getByLabel(/写给反映人/).fill(words);
  await page.getByRole('button', { name: '发送' }).click();
  await page.getByRole('alert').filter({ hasText: '王建国（人名）' }).waitFor();
  assert.equal(await page.getByLabel(/写给反映人/).inputValue(), words);
  await assertAccessible(page);
  await page.getByLabel(/已核对/).check();
  await page.getByRole('button', { name: '发送' }).click();
  await page.locator('.letter-officer', { hasText: '王建国' }).waitFor();
  page.complaints = page.complaints.filter((complaint) => !complaint.includes('422'));
});
