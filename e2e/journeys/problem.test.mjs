// One problem's way from a resident's telephone to the echo wall, and the pages it passes.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, overflow, tabTo } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { follow, photo, receiptOf, signIn } from '../support/people.mjs';

const step = journey();
const TITLE = '村口水渠裂了两处';
const TEXT = `${TITLE}，浇地的水都流到了路上。从上个月开始的，盼着开春前修好。`;
const QUESTION = '请问裂的是桥东还是桥西那一段？';
const REPLY = '是桥西那一段，靠近打谷场。';
const ANSWER = '已重砌桥西水渠十二米，现已通水，由村水管员每周巡查。';

/** What the steps hand on to each other. */
const told = { receipt: '', address: '', number: '' };

step('a resident reports a problem on a phone without JavaScript', { size: PHONE, scripts: false }, async (page) => {
  await toForm(page);
  assert.equal(await overflow(page), 0, 'the form scrolls sideways');
  await page.getByRole('combobox', { name: '村（社区）' }).selectOption({ index: 1 });
  await page.getByLabel('属于哪一类').selectOption({ label: '饮水' });
  await page.getByRole('textbox', { name: /是什么问题/ }).fill(TEXT);
  await page.getByLabel(/^照片/).setInputFiles(await photo(page));
  await toPreview(page);
  assert.equal(await overflow(page), 0, 'the preview scrolls sideways');
  await page.getByRole('button', { name: '确认提交' }).click();
  await page.getByRole('heading', { level: 1, name: '收到了' }).waitFor();
  const groups = await page.locator('.receipt-group').allTextContents();
  told.receipt = groups.join('-');
  assert.match(told.receipt, /^[0-9A-Z]{4}(-[0-9A-Z]{1,4}){3,}$/);
  assert.equal(await overflow(page), 0, 'the receipt scrolls sideways');
  await page.getByRole('link', { name: '现在就看看' }).click();
  await page.getByRole('heading', { level: 1, name: /待审核/ }).waitFor();
});

step('the county reads the original, posts and assigns', { size: DESK }, async (page, city) => {
  await signIn(page, 'baota-county');
  await openNewest(page);
  const address = page.url();
  await page.getByRole('button', { name: /查看原文|打开原文/ }).click();
  await page.getByText(TEXT).first().waitFor();
  await act(page, '上墙');
  await page.getByRole('heading', { level: 1, name: /已上墙/ }).waitFor();
  const assignment = page.locator('form[action$="/assignment"]');
  await chooseLike(assignment.getByLabel('交给哪个单位'), /水务局/);
  await assignment.getByLabel('办到什么程度').fill('修好桥西水渠，开春前通水。');
  await assignment.getByRole('button', { name: '交办' }).click();
  await page.getByRole('heading', { level: 1, name: /已交办/ }).waitFor();
  told.address = new URL(address).pathname;
  told.number = new URL(await page.getByRole('link', { name: '看公开页面' }).getAttribute('href'), city.url).pathname;
  await assertAccessible(page);
});

step('the officer of the unit signs, begins and asks', { size: DESK }, async (page) => {
  await signIn(page, 'baota-swj', told.address);
  for (const [word, state] of [['签收', '已签收'], ['开始办理', '办理中']]) {
    await act(page, word);
    await page.getByRole('heading', { level: 1, name: new RegExp(state) }).waitFor();
  }
  await page.getByLabel(/写给反映人/).fill(QUESTION);
  await page.getByRole('button', { name: '发送' }).click();
  await page.locator('.letter-officer').getByText(QUESTION).waitFor();
});

step('the resident answers by receipt', { size: PHONE, scripts: false }, async (page) => {
  await follow(page, told.receipt);
  await page.getByText(QUESTION).waitFor();
  await page.getByLabel('我要说').fill(REPLY);
  await page.getByRole('button', { name: '发送' }).click();
  await page.getByText(REPLY).waitFor();
});

step('the officer reads the reply and asks to close', { size: DESK }, async (page) => {
  await signIn(page, 'baota-swj', told.address);
  await page.getByText(REPLY).waitFor();
  const closing = page.locator('form[action$="/close-request"]');
  if (!(await closing.isVisible())) await page.locator('summary', { hasText: '申请办结' }).click();
  await closing.getByLabel(/已解决/).check();
  await closing.getByLabel('写给群众的答复').fill(ANSWER);
  await closing.getByRole('button', { name: '申请办结' }).click();
  await page.getByRole('heading', { level: 1, name: /待核验/ }).waitFor();
  assert.equal(await page.locator('form[action$="/acceptance"]').count(), 0, 'nobody verifies his own work');
});

step('an answer is not public before it is verified', { size: PHONE, scripts: false }, async (page) => {
  await page.goto(told.number);
  await page.getByText('等待回音').waitFor();
  assert.equal(await page.getByText(ANSWER).count(), 0);
});

step('the verifier accepts, and the echo wall shows it', { size: DESK }, async (page) => {
  await signIn(page, 'baota-county', told.address);
  await page.getByText(ANSWER).first().waitFor();
  await act(page, '核验通过');
  await page.getByRole('heading', { level: 1, name: /已答复|已解决/ }).waitFor();
  await page.goto(told.number);
  await page.locator('.echo-answer').getByText(ANSWER).waitFor();
  await page.goto(`/echo?q=${encodeURIComponent('村口水渠')}`);
  await page.locator('.echo-answer').getByText(ANSWER).waitFor();
});

step('the resident rates the answer', { size: PHONE, scripts: false }, async (page) => {
  await follow(page, told.receipt);
  await page.getByText(ANSWER).waitFor();
  await page.getByLabel('非常满意', { exact: true }).check();
  await page.getByRole('button', { name: '提交打分' }).click();
  await page.locator('.stars', { hasText: '非常满意' }).waitFor();
});

step('the resident changes his mind and says why; those who handle it read nothing of it', { size: PHONE, scripts: false }, async (page) => {
  await follow(page, told.receipt);
  await page.getByText('改一改').click();
  await page.getByLabel('不满意', { exact: true }).check();
  await page.getByLabel('没有真解决').check();
  await page.getByLabel('想说的话').fill('下雨天还是堵');
  await page.getByRole('button', { name: '改成这样' }).click();
  await page.locator('.stars', { hasText: '不满意' }).waitFor();
  await page.goto(told.number);
  assert.equal(await page.locator('.stars').count(), 0, 'no score on a public page');
});

step('somebody pressed him: only the level above is told', { size: PHONE, scripts: false }, async (page) => {
  await follow(page, told.receipt);
  await page.getByRole('link', { name: '有人让我改口、打高分' }).click();
  await page.getByLabel('让我打高分').check();
  await page.getByRole('button', { name: '告诉上一级' }).click();
  await page.getByRole('heading', { level: 1, name: '收到了，只有上一级看得到' }).waitFor();
  await page.getByRole('link', { name: '回到原来那件事' }).click();
  assert.equal(await page.getByText('让我打高分').count(), 0);
});

for (const scripts of [true, false]) {
  const how = scripts ? 'with' : 'without';
  step(`a mistake stands beside its field ${how} JavaScript`, { size: PHONE, scripts }, async (page) => {
    await toForm(page);
    await page.getByLabel('属于哪一类').selectOption({ label: '饮水' });
    // Blank words pass the browser's own check and are refused by the server.
    await page.getByRole('textbox', { name: /是什么问题/ }).fill('   ');
    await page.getByRole('button', { name: /下一步/ }).click();
    await page.locator('#f-text-error', { hasText: '请写下是什么问题' }).waitFor();
    assert.match(await page.getByRole('textbox', { name: /是什么问题/ }).getAttribute('aria-describedby'), /f-text-error/);
    assert.equal(await page.getByRole('textbox', { name: /是什么问题/ }).getAttribute('aria-invalid'), 'true');
    assert.notEqual(await page.getByLabel('属于哪一类').inputValue(), '', 'what was chosen is kept');
    expected(page, '422');
  });
}

step('the keyboard alone reports a problem', { size: DESK }, async (page) => {
  await toForm(page);
  await tabTo(page, '#f-village');
  await page.keyboard.press('ArrowDown');
  await tabTo(page, '#f-sub');
  await page.keyboard.type('道路');
  await page.keyboard.press('ArrowDown');
  await tabTo(page, '#f-text');
  await page.keyboard.insertText('通村路塌了一角。夜里骑车危险。');
  await tabTo(page, 'form[action="/problems"] .btn-primary');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '公众将看到的样子' }).waitFor();
  await assertAccessible(page, 'the preview');
  await tabTo(page, 'form[action="/problems"] .btn-primary');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '收到了' }).waitFor();
  await assertAccessible(page);
});

for (const scripts of [true, false]) {
  step(`the wall filters and turns its pages ${scripts ? 'with' : 'without'} JavaScript`, { size: PHONE, scripts }, async (page) => {
    await page.goto('/wall');
    const first = await numbers(page);
    await page.getByRole('link', { name: '下一页' }).click();
    await page.getByRole('link', { name: '上一页' }).waitFor();
    const second = await numbers(page);
    assert.deepEqual(first.filter((number) => second.includes(number)), [], 'the second page repeats none of the first');
    await page.getByRole('link', { name: '上一页' }).click();
    await page.waitForURL(/before=/);
    assert.deepEqual(await numbers(page), first, 'the way back leads to the same page');
    await page.goto('/wall');
    await page.getByLabel('县（市、区）').selectOption({ label: '宝塔区' });
    if (!scripts) await page.getByRole('button', { name: '查找' }).click();
    await page.waitForURL(/county=610602/);
    await page.getByRole('link', { name: /宝塔区.*去掉/ }).waitFor();
    for (const number of await numbers(page)) assert.match(number, /^宝塔-/);
    assert.equal(await overflow(page), 0, 'the wall scrolls sideways');
  });
}

step('the map is drawn when it is asked for, beside its table', { size: DESK }, async (page) => {
  await page.goto('/map');
  assert.equal(await page.locator('.map canvas').count(), 0, 'nothing is drawn by itself');
  await page.getByRole('row', { name: /宝塔区/ }).waitFor();
  await page.getByRole('button', { name: '看地图' }).click();
  await page.locator('.map canvas').first().waitFor();
  await page.getByText('示意图').waitFor();
  assert.deepEqual(page.complaints, []);
});

step('elder mode stays on the way through the site', { size: PHONE, scripts: false }, async (page) => {
  await page.goto('/');
  const size = () => page.locator('body').evaluate((body) => parseFloat(getComputedStyle(body).fontSize));
  const before = await size();
  await page.getByRole('button', { name: '长辈版' }).click();
  await page.getByRole('button', { name: '标准版' }).waitFor();
  assert.ok((await size()) > before, 'the letters are larger');
  const found = ['/map', '/places/610602', '/places/610602/poster'];
  for (const address of ['/wall', '/echo', ...found, '/problems/new', '/follow', '/figures', '/figures/problems_solved_rate', told.number]) {
    await page.goto(address);
    await page.getByRole('button', { name: '标准版' }).waitFor();
    assert.equal(await overflow(page), 0, `${address} scrolls sideways`);
  }
});

for (const [place, size] of [['a phone', PHONE], ['a desk', DESK]]) {
  step(`the public pages are accessible on ${place}`, { size }, async (page) => {
    for (const address of ['/wall', '/echo', '/map', '/places/610602', '/places/610602/poster', told.number, '/problems/new', '/follow']) {
      await page.goto(address);
      await assertAccessible(page);
      assert.equal(await overflow(page), 0, `${address} scrolls sideways`);
    }
    await toForm(page);
    await assertAccessible(page, 'the report form');
  });

  step(`the page of a receipt is accessible on ${place}`, { size }, async (page, city) => {
    await follow(page, process.env.HUIYIN_URL ? told.receipt : receiptOf(city, '办理中'));
    await assertAccessible(page);
    assert.equal(await overflow(page), 0, 'the page of a receipt scrolls sideways');
  });

  step(`the pages of the staff are accessible on ${place}`, { size }, async (page) => {
    await signIn(page, 'baota-county');
    for (const address of ['/desk', '/cases', told.address]) {
      await page.goto(address);
      await assertAccessible(page);
      assert.equal(await overflow(page), 0, `${address} scrolls sideways`);
    }
  });
}

/** From the front door to the form: county, township. */
async function toForm(page) {
  await page.goto('/');
  await page.getByRole('main').locator('a.door', { hasText: '问题' }).and(page.locator('[href="/problems/new"]')).click();
  await page.getByRole('link', { name: '宝塔区' }).click();
  await page.waitForURL(/county=610602/);
  await page.locator('.choice-link').first().click();
  await page.getByRole('heading', { level: 1, name: '反映问题' }).waitFor();
}

/** On to what the public will see. */
async function toPreview(page) {
  await page.getByRole('button', { name: /下一步/ }).click();
  await page.getByRole('heading', { level: 1, name: '公众将看到的样子' }).waitFor();
}

/** The case that came last lies on the desk without a title. */
async function openNewest(page) {
  const rows = page.locator('tbody tr', { hasText: '待审核' });
  const addresses = await rows.locator('th a, td a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  for (const address of [...new Set(addresses)].filter((href) => /^\/cases\/[^/?]+$/.test(href)).reverse()) {
    await page.goto(address);
    const look = page.getByRole('button', { name: /查看原文|打开原文/ });
    await look.click();
    if ((await page.getByText(TEXT).count()) > 0) return page.goto(address);
  }
  throw new Error('the new problem is not on the desk');
}

/** Opens the action's form where it is folded, and sends it. */
async function act(page, label) {
  const fold = page.locator('details.fold').filter({ has: page.locator('summary', { hasText: new RegExp(`^${label}$`) }) });
  if (!(await fold.evaluate((details) => details.open))) await fold.locator('summary').click();
  await fold.getByRole('button', { name: label, exact: true }).click();
}

/** Chooses the first that has the words: a department is called after its county. */
async function chooseLike(field, words) {
  const option = field.locator('option').filter({ hasText: words }).first();
  await field.selectOption(await option.getAttribute('value'));
}

/** The numbers of the problems on a wall, top down. */
const numbers = (page) => page.locator('.echo-problem .echo-meta .nowrap').allTextContents();

/** Takes an answer out of the complaints that the step has asked for. */
function expected(page, status) {
  page.complaints = page.complaints.filter((complaint) => !complaint.includes(status));
}
