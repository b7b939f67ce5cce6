// What a built file needs that the floor does not have, by MDN's browser compatibility data.
import { createRequire } from 'node:module';

import { parse } from 'acorn';
import { full } from 'acorn-walk';
import postcss from 'postcss';
import selectorParser from 'postcss-selector-parser';
import valueParser from 'postcss-value-parser';

const { css: known } = createRequire(import.meta.url)('@mdn/browser-compat-data');

/** Chrome 86 and Safari 14. */
const FLOOR = { chrome: 86, safari: 14 };

/** What the floor may ignore: the page stays readable and usable without it. Each line says why. */
const GRACEFUL = new Map([
  ['accent-color', 'boxes then have the colour of the system'],
  ['gap', 'Safari 14.0 knows it in grids only; things then stand closer'],
  ['text-decoration-thickness', 'lines are then thin'],
  ['text-decoration-color', 'lines then have the colour of the letters'],
  ['text-underline-offset', 'lines are then closer'],
  ['text-decoration', 'a dotted line is then a plain one'],
  ['text-wrap', 'only where lines break'],
  ['scroll-behavior', 'only how it moves'],
  ['page-break-after', 'only for print'],
  ['tab-size', 'only for code'],
  ['print-color-adjust', 'only for print'],
  ['color-scheme', 'there is one scheme'],
  ['scrollbar-color', 'only the look of a scroll bar'],
  ['touch-action', 'only speed of tapping'],
  ['resize', 'the text area is then of a fixed size'],
  ['backdrop-filter', 'decoration'],
  ['will-change', 'only speed'],
  ['break-inside', 'page-break-inside stands beside it'],
  ['break-after', 'page-break-after stands beside it'],
  [':focus-visible', 'stands alone in its rule; :focus is drawn then'],
  ['::file-selector-button', 'stands alone in its rule; the button then has the look of the system'],
  ['::backdrop', 'decoration'],
  ['::marker', 'only the look of a list'],
  ['@page', 'only the margin of a printed page'],
]);

/** What in `css` the floor does not know. */
export function unsupportedCss(css) {
  const found = new Set();
  const say = (feature, statement) => {
    if (statement && !reaches(statement) && !GRACEFUL.has(feature.split(': ')[0])) found.add(feature);
  };
  const root = postcss.parse(css);
  root.walkAtRules((rule) => {
    const name = rule.name.toLowerCase();
    if (!name.startsWith('-')) say(`@${name}`, known['at-rules'][name]?.__compat);
    if (name === 'media' && /[<>]|\brange\b/.test(rule.params)) found.add('@media range');
    if (name === 'supports') found.add(`@supports ${rule.params}`);
  });
  root.walkDecls((declaration) => {
    const property = declaration.prop.toLowerCase();
    if (declaration.parent.name === 'page') return undefined;
    if (property.startsWith('-')) return colours(declaration.value, found);
    const entry = known.properties[property];
    if (entry) say(property, entry.__compat);
    colours(declaration.value, found);
    valueParser(declaration.value).walk((node) => {
      if (node.type === 'function') say(`${node.value}()`, known.types[node.value]?.__compat);
      if (node.type === 'word' && entry?.[node.value]?.__compat) say(`${property}: ${node.value}`, entry[node.value].__compat);
      if (node.type === 'word' && /^[\d.]+(dvh|svh|lvh|dvw|cqw|cqh|cqi)$/.test(node.value)) found.add(node.value.replace(/[\d.]+/, ''));
    });
  });
  root.walkRules((rule) => {
    if (rule.parent.type === 'rule' || rule.selector.includes('&')) found.add('nesting');
    if (rule.parent.type !== 'atrule' || !/keyframes$/.test(rule.parent.name)) selectors(rule, say, found);
  });
  return [...found].sort();
}

// The value types that the data keeps elsewhere, or not at all.
function colours(value, found) {
  for (const modern of value.match(/\b(oklch|oklab|lch|lab|color-mix|light-dark|color)\(/g) ?? []) found.add(`${modern})`);
}

function selectors(rule, say, found) {
  selectorParser((list) => {
    list.walkPseudos((pseudo) => {
      const bare = pseudo.value.replace(/^:+/, '').toLowerCase();
      if (bare.startsWith('-')) return;
      const feature = ['before', 'after', 'placeholder', 'file-selector-button', 'backdrop', 'marker', 'selection'].includes(bare) ? `::${bare}` : `:${bare}`;
      say(feature, known.selectors[bare]?.__compat);
      if (bare === 'not' && pseudo.nodes.length > 1) found.add(':not() with a list');
      // One selector that a browser does not know takes its whole rule away.
      if ([':focus-visible', '::file-selector-button'].includes(feature) && rule.selectors.some((other) => !other.includes(bare))) {
        found.add(`${feature} beside others`);
      }
    });
  }).processSync(rule.selector);
}

function reaches({ support }) {
  return Object.entries(FLOOR).every(([browser, version]) => {
    const statements = [support[browser]].flat().filter(Boolean);
    return statements.some((statement) => {
      const added = statement.version_added;
      if (!added || added === 'preview' || statement.flags || statement.alternative_name) return false;
      return Number.parseFloat(String(added).replace('≤', '')) <= version;
    });
  });
}

/** Names that later browsers brought. Own scripts use none; htmx and ECharts look before they use one. */
const LATER = new Set(['structuredClone', 'hasOwn', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'replaceAll', 'randomUUID', 'checkVisibility', 'groupBy']);

/** What in `script` the floor does not know: syntax after ES2020, and names of later libraries. */
export function unsupportedJs(script) {
  let tree;
  try {
    tree = parse(script, { ecmaVersion: 2020, sourceType: 'script' });
  } catch (error) {
    return [`syntax: ${error.message}`];
  }
  const found = new Set();
  full(tree, (node) => {
    if (node.type === 'CallExpression') {
      const called = node.callee.type === 'MemberExpression' ? node.callee.property.name : node.callee.name;
      if (LATER.has(called)) found.add(`${called}()`);
    }
  });
  return [...found].sort();
}
