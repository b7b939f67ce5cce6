// A member in a valley without a signal: a book is put into the satchel, read and noted with the network cut, and nothing is lost.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { PHONE, offline, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();
const MEMBER = 'baota-member';
const SECRETARY = 'baota-t01-v01';

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

/** A voice that only writes down what it is given, and ends a paragraph when it is told to. */
function listen() {
  window.said = [];
  const voice = {
    speaking: false,
    speak(speech) {
      window.said.push(speech.text);
      window.ends = () => speech.onend?.();
    },
    cancel() {
      window.said.push('（停）');
    },
  };
  Object.defineProperty(window, 'speechSynthesis', { value: voice, configurable: true });
  window.SpeechSynthesisUtterance = class {
    constructor(text) {
      this.text = text;
    }
  };
}

step('a page is read aloud, paragraph by paragraph, until one stops it', { size: PHONE }, async (page) => {
  await page.addInitScript(listen);
  await openBook(page, '修渠记');
  await page.getByRole('link', { name: '头一年冬天' }).first().click();
  await page.locator('.reader-text').waitFor();
  const text = await page.locator('.reader-text').innerText();
  const paragraphs = text.split('\n').filter((line) => line.trim() !== '');
  await page.getByRole('button', { name: '朗读', exact: true }).click();
  assert.deepEqual(await page.evaluate(() => window.said), [paragraphs[0]], 'the first paragraph and nothing before it');
  await page.evaluate(() => window.ends());
  assert.deepEqual(await page.evaluate(() => window.said), paragraphs.slice(0, 2));
  await page.getByRole('button', { name: '停止朗读' }).click();
  await page.evaluate(() => window.ends());
  assert.deepEqual(await page.evaluate(() => window.said.slice(2)), ['（停）'], 'it says nothing after it was stopped');
  await page.getByRole('button', { name: '朗读', exact: true }).waitFor();
});

step('a reflection is written in the valley, kept while it is written, and arrives once', { size: PHONE }, async (page) => {
  await openBook(page, '老井：二十个故事');
  await page.getByRole('button', { name: '放进小书包' }).click();
  await page.getByText('已放进书包').waitFor();
  await offline(page);
  await page.goto('/satchel');
  await page.getByRole('link', { name: '写心得' }).click();
  await page.getByLabel('题目').fill('井边的话');
  await page.locator('textarea[name="words"]').fill('没写完，');
  // The telephone is switched off in between.
  await page.reload();
  assert.equal(await page.locator('textarea[name="words"]').inputValue(), '没写完，');
  await page.locator('textarea[name="words"]').fill('没写完，又写完了。');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存到本机：1 条').waitFor();
  assert.equal(await page.getByLabel('题目').inputValue(), '');
  await offline(page, false);
  await page.goto('/satchel');
  await page.waitForFunction(() => localStorage.getItem('huiyin.study.outbox') === null);
  await page.goto('/reflections/mine');
  assert.equal(await page.getByRole('link', { name: '井边的话' }).count(), 1, 'one reflection');
  await assertAccessible(page, 'own reflections');
  await page.getByRole('link', { name: '井边的话' }).click();
  await page.getByText('只有您自己看得到').waitFor();
  await page.getByLabel('写上我的名字').check();
  await page.getByRole('button', { name: '分享' }).click();
  await page.getByText('，写上名字').waitFor();
  await assertAccessible(page, 'a reflection');
  assert.equal(await overflow(page), 0, 'a reflection scrolls sideways');
  await page.getByRole('button', { name: '收回，只给自己看' }).click();
  await page.getByText('已收回').waitFor();
  // What is being written goes with its writer.
  await page.goto('/reflections/new');
  await page.getByLabel('题目').fill('还没写完');
  await page.waitForFunction(() => localStorage.getItem('huiyin.study.draft') !== null);
  let asked = '';
  page.once('dialog', (dialog) => {
    asked = dialog.message();
    void dialog.accept();
  });
  await page.locator('.who > summary').click();
  await page.locator('[data-sign-out]').click();
  await page.getByRole('link', { name: '登录' }).first().waitFor();
  assert.match(asked, /没写完的心得/);
  assert.equal(await page.evaluate(() => localStorage.getItem('huiyin.study.draft')), null);
  forgiveCuts(page);
});

step('a branch secretary chooses what is read on an evening', { size: PHONE, scripts: false }, async (page) => {
  await signIn(page, SECRETARY, '/evenings/new');
  await page.getByLabel('这次读书会叫什么').fill('月末读书会');
  const orders = page.locator('.offered input[name="n"]');
  const titles = await page.locator('.offered strong').allInnerTexts();
  await orders.nth(1).fill('1');
  await orders.nth(0).fill('2');
  await assertAccessibleWithoutScripts(page);
  await page.getByRole('button', { name: '选好了' }).click();
  await page.getByRole('heading', { level: 1, name: '月末读书会' }).waitFor();
  assert.deepEqual(await page.locator('.official h2').allInnerTexts(), [`一、${titles[1]}`, `二、${titles[0]}`]);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '存成 Word' }).click()]);
  assert.match(download.suggestedFilename(), /^evening-.*\.docx$/);
});

/** axe needs scripts; without them the page must at least not scroll sideways, which a screenshot's width tells. */
async function assertAccessibleWithoutScripts(page) {
  const width = await page.locator('main').evaluate((main) => main.getBoundingClientRect().width).catch(() => 0);
  assert.ok(width <= PHONE.width);
}

step('a reading app fetches with its key what its holder may read', {}, async (page, city) => {
  await signIn(page, MEMBER, '/satchel/keys');
  await page.getByLabel('这台设备叫什么').fill('我的平板');
  await page.getByRole('button', { name: '设一个口令' }).click();
  const key = await page.locator('.key-shown').innerText();
  await assertAccessible(page, 'keys of reading apps');
  const ask = (path, given) => fetch(new URL(path, city.url), { headers: given ? { authorization: `Basic ${btoa(`${MEMBER}:${given}`)}` } : {} });
  const refused = await ask('/opds');
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get('www-authenticate'), /^Basic /);
  assert.equal((await refused.json()).authentication[0].type, 'http://opds-spec.org/auth/basic');
  const feed = await (await ask('/opds/books', key)).json();
  const offered = feed.publications[0].links.find(({ rel }) => rel === 'http://opds-spec.org/acquisition');
  const file = await ask(offered.href, key);
  assert.equal(file.status, 200);
  assert.ok((await file.arrayBuffer()).byteLength > 1000);
  await page.goto('/satchel/keys');
  assert.equal(await page.getByText(key).count(), 0, 'shown once');
  await page.getByRole('button', { name: '作废' }).click();
  await page.getByText('已作废').waitFor();
  assert.equal((await ask('/opds', key)).status, 401);
});

step('a recording by HLS is asked for when one presses play, from that page alone', {}, async (page) => {
  const asked = [];
  const HOST = 'https://video.example.com';
  await page.context().route(`${HOST}/**`, async (route) => {
    asked.push(new URL(route.request().url()).pathname);
    const list = '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\npiece.ts\n#EXT-X-ENDLIST\n';
    const isList = asked[asked.length - 1].endsWith('.m3u8');
    const headers = { 'access-control-allow-origin': '*', 'content-type': isList ? 'application/vnd.apple.mpegurl' : 'video/mp2t' };
    await route.fulfill({ headers, body: isList ? list : 'no pictures in here' });
  });
  await page.addInitScript(() => {
    const can = HTMLMediaElement.prototype.canPlayType;
    HTMLMediaElement.prototype.canPlayType = function (kind) {
      return kind.includes('mpegurl') ? '' : can.call(this, kind);
    };
  });
  await signIn(page, 'city-staff', '/library/new');
  await page.getByLabel('或者音频、视频的网址').fill(`${HOST}/class/index.m3u8`);
  await page.getByLabel('书名').fill('直播党课回放');
  await page.getByLabel('来源和授权').fill('市委组织部录制');
  await page.getByRole('button', { name: '收进书库' }).click();
  await page.getByRole('heading', { level: 1, name: '直播党课回放' }).waitFor();
  assert.deepEqual(asked, [], 'nothing is asked of another host before');
  const policy = async () => (await page.request.get(page.url())).headers()['content-security-policy'];
  assert.ok((await policy()).includes(`media-src 'self' blob: ${HOST};`));
  await page.getByRole('button', { name: '在这里播放' }).click();
  await page.getByText('在这里放不了').waitFor();
  assert.ok(asked.includes('/class/index.m3u8') && asked.includes('/class/piece.ts'), String(asked));
  await page.getByRole('link', { name: '在原来的网站上播放' }).waitFor();
  await page.goto('/library');
  assert.ok(!(await policy()).includes(HOST), 'no other page is opened');
  page.complaints = page.complaints.filter((complaint) => !complaint.startsWith(`foreign: ${HOST}`));
});
