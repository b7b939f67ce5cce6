// Reporting a problem where the network fails, with photos, black boxes and drafts; and for somebody else at a counter.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, offline, overflow, tabTo } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { follow, signIn } from '../support/people.mjs';

const step = journey();

const TEXT = '沟口的井房门坏了好些天，娃娃容易掉进去。盼着早点修好。';

step('what is written stays on the phone, comes back and is cleared', { size: PHONE }, async (page) => {
  await toForm(page);
  await write(page, TEXT);
  await page.getByText('已保存到本机').waitFor();
  await page.reload();
  await page.getByText('已恢复您上次没写完的内容').waitFor();
  assert.equal(await textOf(page), TEXT);
  await assertAccessible(page, 'the form with a draft');
  assert.equal(await overflow(page), 0, 'the form scrolls sideways');
  await page.getByRole('button', { name: '清除' }).click();
  await page.waitForLoadState('load');
  await page.waitForFunction(() => document.querySelector('textarea')?.value === '');
});

step('a large photo is made small, covered with the keyboard and sent', { size: PHONE }, async (page) => {
  await toForm(page);
  await write(page, TEXT);
  await page.locator('#f-photos').setInputFiles(await largePhoto(page));
  await page.getByText(/已选 1 张/).waitFor();
  await page.getByRole('button', { name: '涂黑第 1 张' }).click();
  await page.getByRole('group', { name: '涂黑照片' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByText('已涂 1 块').waitFor();
  await assertAccessible(page, 'the editor of boxes');
  await page.getByRole('button', { name: '涂好了' }).click();
  const sent = page.waitForRequest((request) => request.url().endsWith('/problems/preview'));
  await toPreview(page);
  const size = (await (await sent).sizes()).requestBodySize;
  assert.ok(size < 600_000, `${size} bytes were sent of a photo of 4,000 pixels`);
  // The middle of the photo is black in what the server has received.
  const middle = await page.locator('.preview img').evaluate((image) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return Array.from(context.getImageData(image.naturalWidth / 2, image.naturalHeight / 2, 1, 1).data.slice(0, 3));
  });
  assert.ok(middle.every((value) => value < 24), `black in the middle: ${middle}`);
  await page.getByRole('button', { name: '确认提交' }).click();
  await page.getByRole('heading', { level: 1, name: '收到了' }).waitFor();
  assert.match(await code(page), /^[0-9A-Z]{4}(-[0-9A-Z]{1,4}){3}$/);
  await page.goto('/problems/new?county=610602');
  await page.locator('.choice-link').first().click();
  await page.waitForLoadState('networkidle');
  assert.equal(await textOf(page), '', 'the draft is gone after sending');
});

step('without a network the form opens, waits, and is sent once when there is one again', { size: PHONE }, async (page, city) => {
  await toForm(page);
  const address = page.url();
  await page.evaluate(async () => {
    const ready = await navigator.serviceWorker.ready;
    while (ready.active?.state !== 'activated') await new Promise((go) => setTimeout(go, 50));
  });
  // Kept by the worker when the page was opened: without a cookie, without a name.
  await page.evaluate(async () => {
    while (!(await caches.match(window.location.href))) await new Promise((go) => setTimeout(go, 50));
  });
  const keys = await page.evaluate(async () => {
    const names = await caches.keys();
    const all = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)));
    return all.flat();
  });
  assert.ok(keys.every((path) => path.startsWith('/assets/') || path === '/problems/new'), keys.join(' '));

  await offline(page);
  await page.goto(address);
  await page.getByRole('heading', { level: 1, name: '反映问题' }).waitFor();
  await write(page, '没有网络的时候写的：村口的桥栏杆断了一截。');
  await page.getByRole('button', { name: /下一步/ }).click();
  await page.getByText('网络不通，还没有提交').waitFor();
  await page.getByRole('button', { name: '存好，有网就自动提交' }).click();
  await page.locator('#report-board').getByText('已保存到本机，还没有提交').waitFor();
  await page.goto('/wall').catch(() => {});
  await page.getByRole('heading', { level: 1, name: '现在没有网络' }).waitFor();

  // A network that leads nowhere: the browser holds itself to be online.
  await offline(page, false);
  await page.route('**/problems', (route) => route.abort());
  await page.goto('/wall');
  await page.locator('#report-board').getByText('已保存到本机，还没有提交').waitFor();
  await page.unroute('**/problems');

  await page.goto('/wall');
  await page.locator('#report-board').getByText(/已提交。回执码/).waitFor();
  const [receipt] = (await page.locator('#report-board').textContent()).match(/[0-9A-Z]{4}(-[0-9A-Z]{1,4}){3}/);
  await page.reload();
  await page.locator('#report-board').getByText(receipt).waitFor();
  await page.getByRole('button', { name: '我抄好了' }).click();
  await page.locator('#report-board .report-line').waitFor({ state: 'detached' });
  await page.reload();
  assert.equal(await page.locator('#report-board').count(), 0, 'nothing waits any more');
  await follow(page, receipt);
  await page.getByText('村口的桥栏杆断了一截').first().waitFor();
  assert.equal(city.output().includes(receipt), false, 'no receipt in a log');
  page.complaints = page.complaints.filter((complaint) => !/ERR_INTERNET_DISCONNECTED|Failed to load resource|htmx:sendError/.test(complaint));
});

step('private data is asked about before it is sent, without JavaScript', { size: PHONE, scripts: false }, async (page) => {
  await toForm(page);
  await write(page, '我叫李秀英，电话13900000000，三组的路灯不亮了。');
  await toPreview(page);
  assert.equal(await page.locator('.preview').getByText('13900000000').count(), 0);
  await page.getByLabel(/像是人名：李秀英/).check();
  await page.getByRole('button', { name: '按打的勾重看一遍' }).click();
  await page.locator('.preview').getByText('我叫●●●').first().waitFor();
  assert.equal(await overflow(page), 0, 'the preview scrolls sideways');
  await page.getByRole('button', { name: '返回修改' }).click();
  assert.match(await textOf(page), /李秀英/);
});

step('a counter enters a call, with what is similar beside it, and prints a slip', { size: DESK }, async (page) => {
  await signIn(page, 'baota-county', '/intake');
  await page.getByRole('heading', { level: 1, name: '代录问题' }).waitFor();
  await assertAccessible(page);
  await page.getByLabel('问题在哪里').selectOption({ index: 2 });
  await page.getByLabel('属于哪一类').selectOption({ label: '饮水' });
  await page.getByRole('textbox', { name: /是什么问题/ }).fill('井房的门坏了，担心娃娃掉下去。');
  await page.getByRole('button', { name: '录入并出回执' }).click();
  const again = page.getByRole('button', { name: '录入并出回执' });
  if (await again.isVisible().catch(() => false)) await again.click();
  await page.getByRole('heading', { level: 1, name: '已录入' }).waitFor();
  const receipt = await code(page);
  await page.getByRole('img', { name: '查回音的二维码' }).waitFor();
  await assertAccessible(page, 'the slip');
  // What the picture holds: the code behind # goes into the field and out of the address.
  await page.goto(`/follow#${receipt}`);
  await page.waitForFunction(() => window.location.hash === '');
  assert.equal(await page.getByLabel('回执码').inputValue(), receipt);
  page.complaints = page.complaints.filter((complaint) => !complaint.includes('422'));
});

step('a sheet of twenty fits a phone and a desk', { size: PHONE }, async (page) => {
  await signIn(page, 'baota-county', '/intake/sheet');
  await page.getByRole('heading', { level: 1, name: '一次录多件' }).waitFor();
  assert.equal(await overflow(page), 0, 'the sheet scrolls sideways');
  await assertAccessible(page);
  await page.setViewportSize(DESK);
  assert.equal(await overflow(page), 0, 'the sheet scrolls sideways on a desk');
  await tabTo(page, '#f-text-1');
});

/** To the form of the first township of Baota. */
async function toForm(page) {
  await page.goto('/problems/new?county=610602');
  await page.locator('.choice-link').first().click();
  await page.getByRole('heading', { level: 1, name: '反映问题' }).waitFor();
}

async function write(page, text) {
  await page.getByLabel('属于哪一类').selectOption({ label: '饮水' });
  await page.getByRole('textbox', { name: /是什么问题/ }).fill(text);
}

async function toPreview(page) {
  await page.getByRole('button', { name: /下一步/ }).click();
  await page.getByRole('heading', { level: 1, name: '公众将看到的样子' }).waitFor();
}

const textOf = (page) => page.getByRole('textbox', { name: /是什么问题/ }).inputValue();

const code = async (page) => (await page.locator('.receipt-group').allTextContents()).join('-');

/** A photo as a camera takes it: 4,000 pixels wide, and heavy. */
async function largePhoto(page) {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [4000, 3000];
    const context = canvas.getContext('2d');
    for (let n = 0; n < 4000; n += 1) {
      context.fillStyle = `hsl(${(n * 37) % 360} 60% 70%)`;
      context.fillRect((n * 97) % 4000, (n * 61) % 3000, 160, 120);
    }
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.98));
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  });
  return { name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(base64, 'base64') };
}
