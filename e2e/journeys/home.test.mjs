// The front door: the home page and the component gallery, on a phone and a desk, with and without scripts.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, overflow, tabTo } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';
import { signIn } from '../support/people.mjs';

const step = journey();

for (const [place, size] of [['on a phone', PHONE], ['on a desk', DESK]]) {
  for (const scripts of [true, false]) {
    step(`the home page opens ${place}, ${scripts ? 'with' : 'without'} JavaScript`, { size, scripts }, async (page) => {
      const answer = await page.goto('/');
      assert.equal(answer.status(), 200);
      assert.match(await page.title(), /回音/);
      assert.equal(await page.locator('h1').count(), 1, 'one main heading');
      assert.equal(await overflow(page), 0, 'the page scrolls sideways');
    });
  }

  for (const mode of ['normal', 'elder']) {
    step(`the gallery is accessible ${place} in ${mode} mode`, { size }, async (page, city) => {
      if (mode === 'elder') await elderMode(page, city);
      const answer = await page.goto('/gallery');
      assert.equal(answer.status(), 200);
      await assertAccessible(page);
      assert.equal(await overflow(page), 0, 'the page scrolls sideways');
    });
  }
}

step('the keyboard reaches the content first', { size: DESK }, async (page) => {
  await page.goto('/');
  assert.equal(await tabTo(page, 'a[href^="#"]', 1), 1, 'the first stop is the link to the content');
});

step('an official sees the places of his work side by side, the later ones behind 更多', { size: DESK }, async (page) => {
  await signIn(page, 'baota-county', '/desk');
  const nav = page.getByRole('navigation', { name: '主要栏目' });
  const [first, fold] = [await nav.getByRole('link', { name: '我的待办' }).boundingBox(), await page.locator('.nav-fold').boundingBox()];
  assert.ok(first && fold && Math.abs(first.y - fold.y) < 8, 'both stand in one row');
  const bar = await nav.boundingBox();
  for (const link of await nav.locator('li:not(.nav-later) a').all()) {
    const box = await link.boundingBox();
    assert.ok(box && box.x + box.width <= bar.x + bar.width + 1, `${await link.innerText()} is cut off`);
  }
  await page.locator('.nav-fold').click();
  await page.locator('.nav-panel').getByRole('link', { name: '通报' }).click();
  await page.getByRole('heading', { level: 1, name: '月度通报' }).waitFor();
  assert.match(await page.locator('.nav-fold').innerText(), /通报/, 'the fold says where he is');
});

// The switch is an ordinary form in the page's frame: whoever presses 长辈版 gets it on every later page.
async function elderMode(page) {
  await page.goto('/');
  await page.getByRole('button', { name: '长辈版' }).or(page.getByRole('link', { name: '长辈版' })).first().click();
  await page.waitForLoadState();
}
