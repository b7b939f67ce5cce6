// Who the demo city knows, and what people bring along.
import assert from 'node:assert/strict';

/** Every account and every receipt of the demo has the same password. */
export const PASSWORD = 'huiyin-yanshi-2016';

/** Signs in by the form, as `next` asked for it. */
export async function signIn(page, login, next = '/desk', password = PASSWORD) {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel('登录名').fill(login);
  await page.getByLabel('密码').fill(password);
  await page.getByRole('main').getByRole('button', { name: '登录' }).click();
  await page.waitForLoadState();
}

/** Opens the case behind a receipt and waits until it is there. */
export async function follow(page, receipt) {
  await page.goto('/follow');
  await page.getByLabel('回执码').fill(receipt);
  await page.getByRole('button', { name: '查看' }).click();
  await page.getByRole('heading', { level: 1, name: /我反映的问题/ }).waitFor();
}

/** The demo's receipt for a case in the named state, from what the server printed. */
export function receiptOf(city, state) {
  const found = city.output().match(new RegExp(`([0-9A-Z]{4}(?:-[0-9A-Z]{1,4})+)\\s+${state}`));
  assert.ok(found, `the demo prints a receipt: ${state}`);
  return found[1];
}

/** A photo as a browser makes it: a PNG of a few hundred pixels, drawn in a tab of its own. */
export async function photo(page) {
  const tab = await page.context().browser().newPage({ viewport: { width: 320, height: 240 } });
  await tab.setContent('<body style="background:linear-gradient(#7aa, #b86)"><h1>渠</h1></body>');
  const buffer = await tab.screenshot({ type: 'png' });
  await tab.context().close();
  return { name: 'shuiqu.png', mimeType: 'image/png', buffer };
}
