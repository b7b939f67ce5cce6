// A member in a valley without a signal: a book is put into the satchel, read and noted with the network cut, and nothing is lost.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { PHONE, offline, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();
const MEMBER = 'baota-member';

/** What the browser says of requests that found no network. */
function forgiveCuts(page) {
  const cut = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource|Failed to fetch|htmx:sendError/;
  page.complaints = page.complaints.filter((complaint) => !cut.test(complaint));
}

async function openBook(page, title) {
  await signIn(page, MEMBER, '/library');
  await page.getByRole('link', { name: title }).first().click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

step('a book is read and noted with the network cut at every step', { size: PHONE }, async (page) => {
  await openBook(page, '老井：二十个故事');
  await page.getByRole('button', { name: '从头再读' }).click();
  await page.getByText('从头开始。').waitFor();
  await assertAccessible(page, 'a book');
  assert.equal(await overflow(page), 0, 'a book scrolls sideways');
  await page.getByRole('button', { name: '放进小书包' }).click();
  await page.getByText('已放进书包').waitFor();
  await offline(page);
  await page.goto('/satchel');
  await page.getByRole('link', { name: '老井：二十个故事' }).click();
  await page.getByRole('heading', { level: 1, name: '井台' }).waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('.reader-text img')].every((image) => image.complete && image.naturalWidth > 0));
  await page.getByRole('link', { name: '下一节' }).click();
  await page.getByRole('heading', { level: 1, name: '老槐树' }).waitFor();
  await page.reload();
  await page.locator('textarea[name="words"]').fill('我们沟里也有一口。');
  await page.getByRole('button', { name: '记下' }).click();
  await page.getByText('已保存到本机：1 条').waitFor();
  // Another tab, as after the telephone was switched off.
  const later = await page.context().newPage();
  await later.goto('/satchel');
  await later.getByText('已保存到本机：1 条').waitFor();
  await later.close();
  await offline(page, false);
  await page.goto('/satchel');
  await page.waitForFunction(() => localStorage.getItem('huiyin.study.outbox') === null);
  await page.goto('/satchel/notes');
  assert.equal(await page.getByText('我们沟里也有一口。').count(), 1, 'one note');
  await page.goto('/satchel');
  await page.getByText('读到第 2 / 20 节').waitFor();
  await assertAccessible(page, 'the satchel');
  assert.equal(await overflow(page), 0, 'the satchel scrolls sideways');
  forgiveCuts(page);
});

step('pages that the telephone has thrown away are fetched again', { size: PHONE }, async (page) => {
  await openBook(page, '修渠记');
  await page.getByRole('button', { name: '放进小书包' }).click();
  await page.getByText('已放进书包').waitFor();
  await page.evaluate(async () => {
    const name = (await caches.keys()).find((each) => each.startsWith('satchel-'));
    const cache = await caches.open(name);
    const pages = (await cache.keys()).filter(({ url }) => /chapters\/[34]$/.test(url));
    for (const request of pages) await cache.delete(request);
  });
  await page.goto('/satchel');
  await page.getByText('有 2 页被这台设备清掉了').waitFor();
  await page.getByRole('button', { name: '补回来' }).click();
  await page.getByText('第 1 版，完整').waitFor();
});

step('nothing of a member remains on a shared computer', {}, async (page) => {
  await openBook(page, '老井：二十个故事');
  await page.getByRole('button', { name: '放进小书包' }).click();
  await page.getByText('已放进书包').waitFor();
  let asked = '';
  page.once('dialog', (dialog) => {
    asked = dialog.message();
    void dialog.dismiss();
  });
  await page.locator('.who > summary').click();
  await page.locator('[data-sign-out]').click();
  assert.match(asked, /书包里的书/);
  page.once('dialog', (dialog) => void dialog.accept());
  await page.locator('[data-sign-out]').click();
  await page.getByRole('link', { name: '登录' }).first().waitFor();
  const left = await page.evaluate(async () => ({
    caches: 'caches' in window ? (await caches.keys()).filter((name) => name.startsWith('satchel-')) : [],
    storage: Object.keys(localStorage).filter((key) => key.startsWith('huiyin.s')),
  }));
  assert.deepEqual(left, { caches: [], storage: [] });
  await offline(page);
  await page.goto('/satchel').catch(() => undefined);
  assert.equal(await page.getByText('老井').count(), 0);
  forgiveCuts(page);
});

step('a book is read without scripts', { size: PHONE, scripts: false }, async (page) => {
  await openBook(page, '冬天防煤烟中毒');
  await page.getByRole('button', { name: '开始读' }).click();
  await page.getByRole('button', { name: '夹个书签' }).click();
  await page.getByText('这一节夹了书签。').waitFor();
  await page.locator('textarea[name="words"]').fill('贴在灶台边。');
  await page.getByRole('button', { name: '记下' }).click();
  await page.getByText('贴在灶台边。').first().waitFor();
});
