// axe-core over a page: nothing serious or critical may be found.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with the rule and the elements when axe finds something serious or critical. */
export async function assertAccessible(page, where = page.url()) {
  // Evaluated by the debugger, so the page's own security policy stays as strict as it is.
  await page.evaluate(source);
  const { violations } = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(grave.map(describe), [], `accessibility of ${where}`);
}

function describe({ id, help, nodes }) {
  const places = nodes.slice(0, 5).map(({ target }) => target.join(' '));
  return `${id}: ${help} (${nodes.length}×: ${places.join(' | ')})`;
}
