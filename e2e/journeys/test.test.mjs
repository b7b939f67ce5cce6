// A test on a telephone whose network is cut at every step: nothing that was answered is lost, nothing is doubled, and nothing stays
// behind on a shared computer.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, offline, open, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();

/** What a browser says of a network that is not there. */
const CUT = /ERR_INTERNET_DISCONNECTED|Failed to load resource|htmx:sendError/;
const forgive = (page) => {
  page.complaints = page.complaints.filter((complaint) => !CUT.test(complaint));
};

async function sitDown(page) {
  await signIn(page, 'baota-member', '/tests');
  await page.getByRole('link', { name: /法律常识自测/ }).click();
  await page.getByRole('button', { name: /答题|再答一次/ }).click();
  await page.locator('fieldset.asked').first().waitFor();
  await page.waitForFunction(async () => {
    const kept = await caches.keys();
    const found = await Promise.all(kept.map(async (name) => (await caches.open(name)).match('/sittings/sheet')));
    return found.some(Boolean);
  });
}

/** Chooses the n-th option of a question. */
const choose = (page, place, option) => page.locator(`fieldset[data-place="${place}"] .choice-mark`).nth(option).check();
const state = (page, place) => page.locator(`fieldset[data-place="${place}"] [data-asked-state]`);
const chosen = (page, place, option) => page.locator(`fieldset[data-place="${place}"] .choice-mark`).nth(option).isChecked();

step('a paper is answered, closed, opened and handed in while the network comes and goes', { size: PHONE }, async (page) => {
  await sitDown(page);
  await assertAccessible(page, 'a paper');
  assert.equal(await overflow(page), 0, 'the paper scrolls sideways');
  await choose(page, 0, 0);
  await state(page, 0).getByText('已上传').waitFor();

  await offline(page);
  await choose(page, 1, 1);
  await state(page, 1).getByText('已保存到本机').waitFor();
  await page.reload();
  await page.locator('fieldset.asked').first().waitFor();
  await state(page, 1).getByText('已保存到本机').waitFor();
  assert.ok(await chosen(page, 0, 0), 'what is with the server shows without it too');
  assert.ok(await chosen(page, 1, 1), 'a closed page loses nothing');
  await choose(page, 1, 2);

  await offline(page, false);
  await page.getByText('答案都已上传').waitFor();
  await page.reload();
  await page.locator('fieldset.asked').first().waitFor();
  assert.ok(await chosen(page, 1, 2), 'the server has the last choice');

  await offline(page);
  await choose(page, 2, 0);
  await state(page, 2).getByText('已保存到本机').waitFor();
  page.once('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: '交卷' }).click();
  await page.getByText('联网后自动交卷').waitFor();
  const paper = page.url();
  await page.goto('about:blank');
  await offline(page, false);
  await page.goto('/tests');
  await page.waitForFunction(() => localStorage.getItem('huiyin.answers') === null);
  await page.goto(paper);
  await page.getByText('得分').waitFor();
  await assertAccessible(page, 'a result');
  assert.equal(await overflow(page), 0, 'the result scrolls sideways');
  forgive(page);
});

step('an answer given before the scripts have come is kept', { size: PHONE }, async (page) => {
  let come;
  const held = new Promise((resolve) => (come = resolve));
  await signIn(page, 'baota-member', '/tests');
  await page.getByRole('link', { name: /法律常识自测/ }).click();
  await page.getByRole('button', { name: /答题|再答一次/ }).waitFor();
  await page.route('**/*.js', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('button', { name: /答题|再答一次/ }).click({ noWaitAfter: true });
  await page.locator('fieldset.asked').first().waitFor();
  await choose(page, 0, 1);
  assert.equal(await state(page, 0).innerText(), '');
  come();
  await state(page, 0).getByText('已上传').waitFor();
  await page.reload();
  await page.locator('fieldset.asked').first().waitFor();
  assert.ok(await chosen(page, 0, 1), 'the server has it');
});

step('a paper works without scripts', { size: PHONE, scripts: false }, async (page) => {
  await signIn(page, 'baota-member', '/tests');
  await page.getByRole('link', { name: /法律常识自测/ }).click();
  await page.getByRole('button', { name: /答题|再答一次/ }).click();
  await choose(page, 0, 1);
  await page.getByRole('button', { name: '先存一下' }).click();
  await page.getByText('已上传，可以接着答').waitFor();
  assert.ok(await chosen(page, 0, 1));
  await page.getByRole('button', { name: '交卷' }).click();
  await page.getByText('得分').waitFor();
});

step('whoever signs out is warned, and leaves nothing behind', { size: PHONE }, async (page) => {
  await sitDown(page);
  // There is a network for signing out, but answers do not get through.
  await page.route('**/outbox', (route) => route.abort());
  await choose(page, 0, 0);
  await state(page, 0).getByText('已保存到本机').waitFor();
  await page.waitForFunction(() => localStorage.getItem('huiyin.answers') === '1');
  const leave = async () => {
    await page.locator('details.who summary').click();
    await page.getByRole('button', { name: '退出登录' }).click();
  };
  let asked = '';
  page.once('dialog', (dialog) => {
    asked = dialog.message();
    return dialog.dismiss();
  });
  await leave();
  assert.match(asked, /1 个答案没有上传/);
  assert.ok(await page.locator('fieldset.asked').first().isVisible(), 'he stays');
  await page.locator('details.who summary').click();
  page.once('dialog', (dialog) => dialog.accept());
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith('/sittings')), leave()]);
  const left = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return { databases: databases.map(({ name }) => name), words: Object.keys(localStorage), caches: await caches.keys() };
  });
  assert.deepEqual(left.databases.filter((name) => name === 'huiyin-sittings'), []);
  assert.deepEqual(left.words.filter((word) => word === 'huiyin.answers' || word === 'huiyin.device'), []);
  forgive(page);
  page.complaints = page.complaints.filter((complaint) => !/ERR_FAILED/.test(complaint));
});

/** Prints a paper for a member of the branch; gives the two codes. */
async function printed(page) {
  await signIn(page, 'baota-t01-v01', '/tests');
  await page.getByRole('link', { name: /法律常识自测/ }).click();
  await page.getByRole('link', { name: '打印纸质卷' }).click();
  await page.locator('input[name=person]').last().check();
  await page.getByRole('button', { name: '打印勾选的人的卷' }).click();
  await page.locator('.exam-sheet').waitFor();
  assert.equal(await page.locator('.exam-question').count(), 20);
  return page.locator('[data-copy]').evaluateAll((all) => all.map((one) => one.dataset.copy));
}

for (const scripts of [true, false]) {
  step(`a paper for somebody without a telephone, ${scripts ? 'scanned' : 'typed'}`, { size: DESK, scripts }, async (page, city) => {
    const [code, result] = await printed(page);
    assert.equal(await page.locator('.exam-stub').isVisible(), false, 'the code of the result shows on paper only');
    await page.goto(`/sheets#${code}`);
    if (!scripts) await page.getByLabel('答题纸编码').fill(code.toLowerCase());
    assert.notEqual(await page.getByLabel('答题纸编码').inputValue(), '');
    await page.getByRole('button', { name: '打开' }).click();
    if (scripts) await assertAccessible(page, 'entering a sheet');
    await page.locator('input[name=q0]').fill('a');
    await page.locator('input[name=q1]').fill('Z');
    await page.getByRole('button', { name: '存好' }).click();
    await page.getByText('没有 Z 这个选项').waitFor();
    await page.locator('input[name=q1]').fill('b');
    await page.getByRole('button', { name: '存好' }).click();
    await page.getByText('20 题里答了 2 题').waitFor();
    assert.doesNotMatch(await page.getByRole('main').innerText(), /得分/, 'a helper sees no result');

    const taker = await open(page.context().browser(), city, { size: PHONE, scripts });
    await taker.goto(`/results#${result}`);
    if (!scripts) await taker.getByLabel('查分码').fill(result);
    await taker.getByRole('button', { name: '查看' }).click();
    await taker.getByText('得分').waitFor();
    if (scripts) await assertAccessible(taker, 'the result of a sheet');
    if (scripts) assert.equal(await overflow(taker), 0, 'the result scrolls sideways');
    await taker.context().close();
    // What was typed wrong was refused, as it should be.
    page.complaints = page.complaints.filter((complaint) => !/422/.test(complaint));
  });
}
