// The front door: the home page and the component gallery, on a phone and a desk, with and without scripts.
import assert from 'node:assert/strict';

import { assertAccessible } from '../support/accessibility.mjs';
import { DESK, PHONE, overflow, tabTo } from '../support/browser.mjs';
import { journey } from '../support/journey.mjs';

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

// The switch is an ordinary form in the page's frame: whoever presses 长辈版 gets it on every later page.
async function elderMode(page) {
  await page.goto('/');
  await page.getByRole('button', { name: '长辈版' }).or(page.getByRole('link', { name: '长辈版' })).first().click();
  await page.waitForLoadState();
}
