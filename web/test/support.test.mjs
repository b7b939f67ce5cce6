import assert from 'node:assert/strict';
import test from 'node:test';

import { unsupportedCss, unsupportedJs } from '../support.mjs';

test('finds what the floor does not know in a style sheet', () => {
  const faults = {
    ':has': 'a:has(b){color:red}',
    nesting: 'a{color:red;& b{color:blue}}',
    'oklch()': 'a{color:oklch(50% 0.1 20)}',
    'color-mix()': 'a{--x:color-mix(in oklab, red, blue)}',
    '@container': '@container (min-width:1px){a{color:red}}',
    '@layer': '@layer base{a{color:red}}',
    inset: 'a{inset:0}',
    'aspect-ratio': 'a{aspect-ratio:1}',
    ':where': ':where(a){color:red}',
    ':is': 'b :is(a){color:red}',
    dvh: 'a{height:100dvh}',
    ':not() with a list': 'a:not(.b,.c){color:red}',
    ':focus-visible beside others': '.a:focus-visible,.b:focus{color:red}',
    'margin-inline': 'a{margin-inline:1px}',
    '@media range': '@media (width >= 600px){a{color:red}}',
  };
  for (const [feature, css] of Object.entries(faults)) {
    assert.ok(unsupportedCss(css).includes(feature), `${css} → ${unsupportedCss(css)}`);
  }
});

test('accepts what the floor knows', () => {
  const css = '.a:not(.b):focus-visible{outline:2px solid #000}@media (min-width:600px){.a{display:grid;gap:8px;top:0;color:rgba(0,0,0,var(--o))}}';
  assert.deepEqual(unsupportedCss(css), []);
});

test('finds what the floor does not know in a script', () => {
  assert.match(unsupportedJs('a ||= 1')[0], /syntax/);
  assert.match(unsupportedJs('class A { static { } }')[0], /syntax/);
  assert.deepEqual(unsupportedJs('structuredClone(a); a.findLast(b)'), ['findLast()', 'structuredClone()']);
  assert.deepEqual(unsupportedJs('const a = b?.c ?? 1; async () => { await a; }'), []);
});
