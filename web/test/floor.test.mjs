import assert from 'node:assert/strict';
import test from 'node:test';

import postcss from 'postcss';

import { lower } from '../build.mjs';
import { floor } from '../floor.mjs';
import { unsupportedCss } from '../support.mjs';

const compile = (css) => String(lower(postcss([floor()]).process(css, { from: undefined }).css));

test('colours of the theme become plain ones', () => {
  assert.equal(compile('a{color:var(--fallback-p,oklch(var(--p)/1))}'), 'a{color:#ad2419}');
  assert.match(compile('a{color:var(--fallback-p,oklch(var(--p)/0.5))}'), /#ad241980|rgba\(173,36,25,\.5\)/);
  assert.match(compile('a{color:var(--fallback-bc,oklch(var(--bc)/var(--tw-text-opacity)))}'), /rgba\(41,35,28,var\(--tw-text-opacity\)\)/);
});

test('selectors are written out', () => {
  assert.equal(compile('.a :where(.b,.c){top:0}'), '.a .b,.a .c{top:0}');
  assert.equal(compile('.a:is(input):after{top:0}'), 'input.a:after{top:0}');
  assert.equal(compile('li > *:not(ul, .x){top:0}'), 'li>:not(ul):not(.x){top:0}');
  assert.equal(compile('.a:has(b){top:0}.c:not(:is(.d,.e)){top:0}'), '.c:not(.d):not(.e){top:0}');
});

test('what asks for newer colours is settled', () => {
  assert.equal(compile('@supports not (color: oklch(0% 0 0)){a{top:0}}@supports (color: oklch(0% 0 0)){b{top:0}}'), 'a{top:0}');
});

test('nothing is left that the floor does not know', () => {
  const css = '.a{inset:0;margin-inline:1px 2px;padding-inline-start:3px;height:100dvh;.b &{color:red}}@media (width >= 600px){.c{top:0}}';
  assert.deepEqual(unsupportedCss(compile(css)), []);
});
