// Compiles a modern style sheet down to the floor: Chrome 86 and Safari 14. Lightning CSS does the syntax; what it
// leaves alone (daisyUI's oklch() variables, :where(), :has(), logical properties) is done here, for one known theme and
// for text that runs from left to right.
import selectorParser from 'postcss-selector-parser';
import valueParser from 'postcss-value-parser';

import { roles } from './palette.mjs';

const LOGICAL = [
  [/^(margin|padding)-inline-start$/, ['$1-left']],
  [/^(margin|padding)-inline-end$/, ['$1-right']],
  [/^(margin|padding)-inline$/, ['$1-left', '$1-right']],
  [/^(margin|padding)-block$/, ['$1-top', '$1-bottom']],
  [/^(margin|padding)-block-start$/, ['$1-top']],
  [/^(margin|padding)-block-end$/, ['$1-bottom']],
  [/^inset-inline-start$/, ['left']],
  [/^inset-inline-end$/, ['right']],
  [/^border-start-start-radius$/, ['border-top-left-radius']],
  [/^border-start-end-radius$/, ['border-top-right-radius']],
  [/^border-end-start-radius$/, ['border-bottom-left-radius']],
  [/^border-end-end-radius$/, ['border-bottom-right-radius']],
  [/^border-inline-start(-\w+)?$/, ['border-left$1']],
  [/^border-inline-end(-\w+)?$/, ['border-right$1']],
];

/** The PostCSS plugin. */
export const floor = () => ({
  postcssPlugin: 'huiyin-floor',
  OnceExit(root) {
    root.walkAtRules('supports', settle);
    root.walkAtRules('media', (rule) => {
      if (/prefers-color-scheme/.test(rule.params)) rule.remove();
    });
    root.walkDecls((declaration) => {
      if (!colours(declaration)) physical(declaration);
    });
    // daisyUI's pictures of browsers come along with .input and are never used.
    root.walkRules(/\.mockup-/, (rule) => rule.remove());
    root.walkRules(plain);
    root.walkRules((rule) => {
      if (!rule.nodes.length) rule.remove();
    });
  },
});
floor.postcss = true;

// What asks for a newer colour or selector is answered here: the floor has neither.
function settle(rule) {
  if (!/oklch|color-mix|selector\(:has/.test(rule.params)) return;
  if (/^not\b/.test(rule.params.trim())) rule.replaceWith(rule.nodes);
  else rule.remove();
}

// var(--fallback-p,oklch(var(--p)/0.2)) becomes rgba(173,36,25,0.2). What cannot be compiled has a fallback before it.
function colours(declaration) {
  if (/^--(p|s|a|n|b1|b2|b3|bc|in|su|wa|er|pc|sc|ac|nc|inc|suc|wac|erc)$/.test(declaration.prop)) {
    declaration.remove();
    return true;
  }
  const fallback = /^--fallback-(\w+)$/.exec(declaration.prop);
  if (fallback) {
    declaration.value = roles[fallback[1]];
    return true;
  }
  if (!/oklch|color-mix/.test(declaration.value)) return false;
  const parsed = valueParser(declaration.value);
  parsed.walk((node) => {
    const compiled = node.type === 'function' && themeColour(valueParser.stringify(node));
    if (!compiled) return;
    Object.assign(node, { type: 'word', value: compiled, nodes: undefined });
  });
  declaration.value = parsed.toString();
  if (/oklch|color-mix/.test(declaration.value)) {
    declaration.remove();
    return true;
  }
  return false;
}

function themeColour(text) {
  const found = /^(?:var\(--fallback-\w+,\s*)?oklch\(var\(--(\w+)\)\s*(?:\/\s*(.+?))?\)+$/.exec(text);
  const hex = found && roles[found[1]];
  if (!hex) return null;
  const alpha = found[2] ? balanced(found[2]) : '1';
  if (alpha === '1') return hex;
  return `rgba(${channels(hex).join(',')},${alpha})`;
}

// The expression above stops at the first closing bracket of var(--tw-bg-opacity); give it back.
function balanced(text) {
  const open = text.split('(').length - text.split(')').length;
  return text + ')'.repeat(Math.max(0, open));
}

/** Red, green and blue of #rrggbb. */
export const channels = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

function physical(declaration) {
  if (declaration.value === 'dvh' || /\d(dvh|svh|lvh)\b/.test(declaration.value)) {
    declaration.value = declaration.value.replace(/(\d)(?:dvh|svh|lvh)\b/g, '$1vh');
  }
  for (const [pattern, names] of LOGICAL) {
    if (!pattern.test(declaration.prop)) continue;
    const values = valueParser(declaration.value).nodes.filter(({ type }) => type !== 'space').map((node) => valueParser.stringify(node));
    const copies = names.map((name, index) =>
      declaration.clone({
        prop: declaration.prop.replace(pattern, name),
        value: names.length > 1 ? (values[index] ?? values[0]) : declaration.value,
      }),
    );
    declaration.replaceWith(copies);
    return true;
  }
  return false;
}

// One rule's selectors without :is(), :where(), :has() and lists in :not(). A rule without selectors left goes.
function plain(rule) {
  if (rule.parent?.type === 'atrule' && /keyframes$/.test(rule.parent.name)) return;
  if (!/:(is|where|has|not)\(/.test(rule.selector)) return;
  const kept = [];
  selectorParser((list) => {
    for (const selector of list.nodes) {
      if (selector.first) selector.first.spaces.before = '';
      kept.push(...spread(selector));
    }
  }).processSync(rule.selector);
  const selectors = [...new Set(kept)].filter((selector) => selector && !/:has\(/.test(selector));
  if (selectors.length) rule.selectors = selectors;
  else rule.remove();
}

function spread(selector) {
  const choice = firstOf(selector, (node) => node.type === 'pseudo' && [':is', ':where'].includes(node.value));
  if (choice) return choice.nodes.flatMap((_, index) => spread(substituted(selector, choice, index)));
  const negation = firstOf(selector, (node) => node.type === 'pseudo' && node.value === ':not' && node.nodes.length > 1);
  if (negation) return spread(negationsApart(selector, negation));
  const text = selector.toString().trim();
  return /:not\([^()]*[\s>+~]/.test(text.replace(/\[[^\]]*\]/g, '[]')) ? [] : [text];
}

function firstOf(selector, wanted) {
  let found = null;
  selector.walk((node) => {
    if (!found && wanted(node)) found = node;
  });
  return found;
}

// The selector with its n-th choice in the place of :is(…). A tag moves before the classes it now stands behind.
function substituted(selector, choice, index) {
  const copy = selector.clone();
  const twin = firstOf(copy, (node) => node.type === 'pseudo' && node.value === choice.value && String(node) === String(choice));
  if (twin.parent.parent?.value === ':not' && twin.parent.nodes.length === 1) {
    const not = twin.parent.parent;
    not.removeAll();
    for (const option of choice.nodes) not.append(option.clone());
    return copy;
  }
  const option = choice.nodes[index].clone();
  if (option.first) option.first.spaces.before = '';
  if (option.last) option.last.spaces.after = '';
  const parts = option.nodes;
  const leads = parts[0]?.type === 'tag' || parts[0]?.type === 'universal';
  const container = twin.parent;
  let start = container.index(twin);
  const at = start;
  while (start > 0 && container.at(start - 1).type !== 'combinator') start -= 1;
  if (leads && start < at && !option.nodes.some(({ type }) => type === 'combinator')) {
    const tag = parts.shift();
    if (container.at(start).type === 'universal') container.at(start).replaceWith(tag);
    else if (tag.type !== 'universal') container.insertBefore(container.at(start), tag);
  }
  for (const part of [...parts]) container.insertBefore(twin, part);
  twin.remove();
  return copy;
}

function negationsApart(selector, negation) {
  const copy = selector.clone();
  const twin = firstOf(copy, (node) => node.type === 'pseudo' && String(node) === String(negation));
  for (const option of negation.nodes) {
    const single = selectorParser.pseudo({ value: ':not' });
    const inner = option.clone();
    if (inner.first) inner.first.spaces.before = '';
    single.append(inner);
    twin.parent.insertBefore(twin, single);
  }
  twin.remove();
  return copy;
}
