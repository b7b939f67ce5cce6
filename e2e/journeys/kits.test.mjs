// Kits are handed over by scan: with a scanner in the hand, which types and presses Enter, without scripts, and with the camera.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, open, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();

const codes = (page) => page.locator('.kit-label-code').allTextContents();

/** The county puts an edition together, receives some and numbers their labels; gives the codes. */
async function labels(page, city, title, count) {
  const county = await open(page.context().browser(), city, { size: DESK });
  await signIn(county, 'baota-county', '/kits');
  await county.getByText('建新的一版').click();
  await county.getByLabel('这一版叫什么').fill(title);
  await county.getByLabel('包里有什么').fill('大字读本一册');
  await county.getByRole('button', { name: '建这一版' }).click();
  await county.getByRole('heading', { name: title }).waitFor();
  await county.getByText('登记收到的').click();
  const received = county.locator('form[action="/kits/stock"]');
  await received.getByLabel('哪一版').selectOption({ label: title });
  await received.getByLabel('收到多少个').fill('5');
  await received.getByRole('button', { name: '登记' }).click();
  await county.getByText('已登记收到的数量').waitFor();
  await county.getByText('打印标签').click();
  const form = county.locator('form[action="/kits/labels"]');
  await form.getByLabel('哪一版').selectOption({ label: title });
  await form.getByLabel('印多少张').fill(String(count));
  await form.getByRole('button', { name: '编号并打印' }).click();
  await county.locator('.kit-label').first().waitFor();
  const all = await codes(county);
  await county.context().close();
  return all;
}

/** The cards of the branch with the names on them; then the page of scanning is open. */
async function cards(page) {
  await signIn(page, 'baota-t01-v01', '/kits');
  await page.locator('a[href^="/kits/branches/"]').first().click();
  await page.getByRole('link', { name: '打印学习卡' }).click();
  await page.locator('.kit-label').first().waitFor();
  const names = await page.locator('.kit-label strong').allTextContents();
  const all = await codes(page);
  await page.goBack();
  await page.getByRole('link', { name: '扫码发放' }).click();
  await page.getByRole('heading', { level: 1, name: '扫码发放' }).waitFor();
  return names.map((name, at) => ({ name, code: all[at] }));
}

for (const scripts of [true, false]) {
  step(`a scanner hands kits over one after the other, ${scripts ? 'with' : 'without'} scripts`, { size: DESK, scripts }, async (page, city) => {
    const printed = await labels(page, city, scripts ? '扫码一版' : '扫码二版', 2);
    assert.equal(printed.length, 2);
    const people = await cards(page);
    assert.ok(people.length >= 2, 'the branch has members');
    if (scripts) await assertAccessible(page, 'handing over by scan');
    for (const [at, label] of printed.entries()) {
      // The field that waits has the focus: the scanner types into it.
      await page.locator('input[name=label]:focus').waitFor();
      await page.keyboard.type(label);
      await page.keyboard.press('Enter');
      await page.getByText('已扫到').waitFor();
      await page.locator('input[name=card]:focus').waitFor();
      await page.keyboard.type(people[at].code);
      await page.keyboard.press('Enter');
      await page.getByText(`已登记：${people[at].name}`).waitFor();
    }
  });
}

step('the camera of a telephone reads both, and stays on', { size: PHONE }, async (page, city) => {
  const [label] = await labels(page, city, '相机一版', 1);
  // A browser that reads squares, and a camera that shows none: what it "sees" stands in the page's session.
  await page.addInitScript(() => {
    window.BarcodeDetector = class {
      async detect() {
        const seen = sessionStorage.getItem('seen');
        return seen ? [{ rawValue: seen }] : [];
      }
    };
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = document.createElement('canvas');
      const brush = canvas.getContext('2d');
      setInterval(() => brush.fillRect(0, 0, Math.random() * 9, 9), 50);
      return canvas.captureStream();
    };
  });
  const [{ name, code }] = await cards(page);
  assert.equal(await overflow(page), 0, 'the page scrolls sideways');
  await page.getByRole('button', { name: '用相机扫' }).click();
  await page.getByText('把二维码放进画面').waitFor();
  await page.evaluate((value) => sessionStorage.setItem('seen', value), label);
  await page.getByText('已扫到').waitFor();
  await page.evaluate((value) => sessionStorage.setItem('seen', value), code);
  await page.getByText(`已登记：${name}`).waitFor();
});
