// Signing in and out, what one sees of oneself, and what somebody without the right role is told.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, overflow } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();

for (const [place, size, scripts] of [['a phone without JavaScript', PHONE, false], ['a desk', DESK, true]]) {
  step(`a member signs in and out on ${place}`, { size, scripts }, async (page) => {
    await signIn(page, 'baota-member', '/me');
    await page.getByRole('heading', { level: 1, name: '我的信息' }).waitFor();
    await page.locator('details.who summary').click();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByRole('banner').getByRole('link', { name: '登录' }).waitFor();
    await page.goto('/me');
    await page.getByRole('main').getByRole('link', { name: '去登录' }).or(page.getByLabel('登录名')).first().waitFor();
    assert.equal(await page.getByRole('heading', { name: '我的信息' }).count(), 0, 'nothing is left after signing out');
    page.complaints = page.complaints.filter((complaint) => !complaint.includes('401'));
  });

  step(`a wrong password is answered on ${place}`, { size, scripts }, async (page) => {
    await signIn(page, 'baota-member', '/me', 'zhe-bu-shi-mima');
    await page.getByText('登录名或密码不对').waitFor();
    assert.equal(await page.getByLabel('登录名').inputValue(), 'baota-member', 'the name is kept');
    assert.equal(await page.getByLabel('密码').inputValue(), '', 'the password is not sent back');
    assert.equal(await overflow(page), 0, 'the page scrolls sideways');
    await assertAccessibleWith(page, scripts);
    page.complaints = page.complaints.filter((complaint) => !complaint.includes('422'));
  });

  step(`one's own pages on ${place}`, { size, scripts }, async (page) => {
    await signIn(page, 'baota-member', '/security');
    for (const [address, heading] of [['/security', '安全设置'], ['/me', '我的信息']]) {
      await page.goto(address);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      assert.equal(await overflow(page), 0, `${address} scrolls sideways`);
      await assertAccessibleWith(page, scripts);
    }
    await page.getByRole('heading', { name: '保存了什么' }).waitFor();
    await page.getByRole('heading', { name: '谁看过' }).waitFor();
  });
}

step('the page that was asked for opens after signing in', { size: DESK }, async (page) => {
  await signIn(page, 'baota-county', '/cases');
  await page.getByRole('heading', { level: 1, name: '台账' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/cases');
});

step('another site is never the next page', { size: DESK }, async (page, city) => {
  await signIn(page, 'baota-member', '//example.com/');
  assert.equal(new URL(page.url()).origin, new URL(city.url).origin);
});

step('a role too low is told so and shown a way on', { size: PHONE, scripts: false }, async (page) => {
  await signIn(page, 'baota-member', '/');
  const answer = await page.goto('/cases');
  assert.equal(answer.status(), 403);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('main').getByRole('link', { name: '回首页' }).waitFor();
  const words = await page.getByRole('main').locator('p').first().innerText();
  assert.match(words, /由.*县级工作人员.*办理/, 'it says who does this instead');
  assert.equal(await overflow(page), 0, 'the page scrolls sideways');
  page.complaints = page.complaints.filter((complaint) => !complaint.includes('403'));
});

// axe is a script: a browser without scripts cannot run it.
async function assertAccessibleWith(page, scripts) {
  if (scripts) await assertAccessible(page);
}
