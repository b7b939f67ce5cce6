// An inspector on the spot, without a network: what was opened before opens again, is written down, and is handed in once.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { PHONE, offline, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();

step('a record is written without a network and handed in once when it is back', { size: PHONE }, async (page) => {
  await signIn(page, 'inspector-1', '/inspections/mine');
  await page.getByRole('heading', { level: 1, name: '我的现场' }).waitFor();
  await assertAccessible(page, 'where an inspector works from');
  assert.equal(await overflow(page), 0, 'his page scrolls sideways');
  await page.locator('.visit-link').first().click();
  const unit = await page.getByRole('heading', { level: 1 }).innerText();
  await assertAccessible(page, 'the record');
  assert.equal(await overflow(page), 0, 'the record scrolls sideways');
  await page.waitForFunction(async () => {
    const kept = await caches.keys();
    const found = await Promise.all(kept.map(async (name) => (await caches.open(name)).match('/inspections/sheet')));
    return found.some(Boolean);
  });
  await offline(page);
  await page.reload();
  await page.getByRole('heading', { level: 1, name: unit }).waitFor();
  await page.locator('#f-text').fill('井房锁着，问了三户，都说水是隔天来。');
  await page.locator('#f-spoken').fill('3');
  await page.getByRole('button', { name: '交记录' }).click();
  await page.getByRole('button', { name: '存好，有网就自动交' }).click();
  await page.getByText('已保存到本机，联网后').first().waitFor();
  await offline(page, false);
  await page.getByText('存在本机的现场记录已交').waitFor();
  // Whoever left at that moment is told on the page he comes to, and then no more.
  await page.goto('/inspections/mine');
  await page.getByText('存在本机的现场记录已交').waitFor();
  await page.waitForFunction(() => localStorage.getItem('huiyin.outbox') === null);
  await page.goto('/inspections/mine');
  assert.equal(await page.getByText('存在本机的现场记录已交').count(), 0, 'told a third time');
  assert.equal(await page.getByText(/写过记录/).count(), 1, 'one record of one visit');
  page.complaints = page.complaints.filter((complaint) => !/ERR_INTERNET_DISCONNECTED|Failed to load resource|htmx:sendError/.test(complaint));
});
