// axe-core over a page: nothing serious or critical may be found.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds serious or critical: the rule and the elements, one line each. */
export async function accessibilityFaults(page) {
  // Evaluated by the debugger, so the page's own security policy stays as strict as it is.
  await page.evaluate(source);
  const faults = await page.evaluate(async (rules) => {
    // What passed is neither described nor sent: that took as long as looking.
    const { violations } = await window.axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
    return violations.map(({ id, help, impact, nodes }) => ({ id, help, impact, nodes: nodes.map(({ target }) => ({ target })) }));
  }, RULES);
  return faults.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(describe);
}

/** Fails with what axe found. */
export async function assertAccessible(page, where = page.url()) {
  assert.deepEqual(await accessibilityFaults(page), [], `accessibility of ${where}`);
}

function describe({ id, help, nodes }) {
  const places = nodes.slice(0, 5).map(({ target }) => target.join(' '));
  return `${id}: ${help} (${nodes.length}×: ${places.join(' | ')})`;
}
