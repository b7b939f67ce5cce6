// A live round: a screen, three telephones, one of which loses its network, and one without scripts. What is asked is everywhere at once, an
// answer counts once, and the board knows only those who agreed.
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, open, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();

const BANK = '$CATEGORY: 竞赛/现场\n\n二加二等于四{T}\n\n一年有十三个月{F}\n';
const CUT = /ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_INCOMPLETE|ERR_SOCKET|Failed to load resource/;

/** A wire between a telephone and the city that can be cut: a browser's own offline switch leaves a stream that is open as it is. */
async function wire(city) {
  const { hostname, port } = new URL(city.url);
  const ends = new Set();
  let whole = true;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => end.destroy());
      end.on('close', () => ends.delete(end));
    }
    if (!whole) return void [near, far].forEach((end) => end.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const cut = (now = true) => {
    whole = !now;
    if (now) ends.forEach((end) => end.destroy());
  };
  const close = () => {
    cut();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, cut, close };
}

/** The host brings two questions along and makes a contest of them; gives its address. */
async function host(page) {
  await signIn(page, 'city-staff', '/questions/import');
  await page.locator('textarea[name=text]').fill(BANK);
  await page.getByRole('main').locator('form button[type=submit]').first().click();
  await page.locator('form[action="/questions/batch"] button[type=submit]').click();
  await page.goto('/contests/new');
  await page.getByLabel('标题').fill('院坝夜话');
  await page.getByLabel('从哪个分类出题').selectOption('竞赛/现场');
  await page.getByLabel('几轮').fill('1');
  await page.getByLabel('每轮几题').fill('2');
  await page.getByLabel('每题几秒').fill('300');
  await page.getByRole('button', { name: '办好' }).click();
  await page.waitForURL(/\/contests\/[0-9a-f]+$/);
  return new URL(page.url()).pathname;
}

async function player(browser, city, path, login, name, agreed, how = {}) {
  const page = await open(browser, city, { size: PHONE, ...how });
  await signIn(page, login, path);
  await page.getByLabel('您在竞赛里的名字').fill(name);
  if (agreed) await page.getByLabel('同意在大屏幕和结果里显示这个名字').check();
  await page.getByRole('button', { name: '参加' }).click();
  await page.getByText('等主持人开始').waitFor();
  return page;
}

/** Answers what is asked; the right one where `right`. */
async function answer(page, right) {
  const stem = await page.locator('.asked-stem').first().textContent();
  const truth = stem.includes('等于四');
  await page.getByLabel(truth === right ? '对' : '错', { exact: true }).check();
  await page.getByRole('button', { name: '就选这个' }).click();
  await page.getByText('已收到您的答案').waitFor();
}

const asked = (page) => page.locator('fieldset.asked').waitFor();
const shown = (page) => page.getByText(/正确答案：/).waitFor();
const press = (page, name) => page.getByRole('button', { name }).click();

step('a round is played on a screen and three telephones', { size: DESK, timeout: 240_000 }, async (page, city) => {
  const browser = page.context().browser();
  const path = await host(page);
  const wires = [await wire(city), await wire(city)];
  const [well, poplar, rain] = await Promise.all([
    player(browser, wires[0], path, 'baota-member', '老井', true),
    player(browser, wires[1], path, 'baota-t01-v01', '青杨', false),
    player(browser, city, path, 'baota-t01', '小雨', true, { scripts: false }),
  ]);
  assert.equal(await overflow(well), 0, 'waiting scrolls sideways');
  // A second tab of the same person waits too.
  const tab = await well.context().newPage();
  await tab.goto(`${path}/live`);

  // The network of one goes before the first question and comes back after it.
  wires[1].cut();
  await press(page, '开始，出第一题');
  await page.waitForURL(/\/screen$/);
  await asked(well);
  await asked(tab);
  await assertAccessible(well, 'a question on a telephone');
  assert.equal(await overflow(well), 0, 'a question scrolls sideways');
  assert.equal(await poplar.locator('fieldset.asked').count(), 0, 'without a network nothing is known');
  wires[1].cut(false);
  await asked(poplar);
  await rain.getByRole('link', { name: '刷新' }).click();
  await asked(rain);

  await answer(well, true);
  await answer(poplar, true);
  await answer(rain, false);
  // The other tab answers otherwise: the first one counts, and it is said.
  await tab.locator('.choice-mark').last().check();
  await tab.getByRole('button', { name: '就选这个' }).click();
  await tab.getByText('以第一次的为准').waitFor();

  await press(page, '公布答案');
  await page.getByText('答对最多的').waitFor();
  await assertAccessible(page, 'the screen');
  const board = async () => page.locator('.live-screen').innerText();
  assert.match(await board(), /老井\s*1 题/);
  assert.doesNotMatch(await board(), /青杨|小雨/, 'who did not agree, and who had nothing right, are not on the board');
  await Promise.all([shown(well), shown(poplar)]);

  // Cut while an answer is shown, back when the next question stands.
  wires[0].cut();
  await press(page, '出下一题');
  await asked(poplar);
  wires[0].cut(false);
  await asked(well);
  await answer(well, true);
  await answer(poplar, true);
  await press(page, '公布答案');
  await Promise.all([shown(well), shown(poplar)]);
  assert.match(await board(), /老井\s*2 题/);
  await press(page, '结束竞赛');
  await page.getByText('竞赛结束了').waitFor();
  await well.getByText('竞赛结束了').waitFor();
  assert.doesNotMatch(await page.getByRole('main').innerText(), /青杨/);
  for (const one of [well, poplar, rain]) {
    const left = one.complaints.filter((complaint) => !CUT.test(complaint));
    assert.deepEqual(left, []);
    await one.context().close();
  }
  wires.forEach((one) => one.close());
});
