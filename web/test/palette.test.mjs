import assert from 'node:assert/strict';
import test from 'node:test';

import { channels } from '../floor.mjs';
import { palette } from '../palette.mjs';

/** Letters on their grounds, as the style sheets pair them. */
const PAIRS = [
  ...['ink', 'faded', 'red', 'red-deep', 'ochre', 'pine', 'slate'].flatMap((letters) => [[palette[letters], palette.paper], [palette[letters], palette.sheet]]),
  ...['ink', 'faded'].map((letters) => [palette[letters], '#f1e9da']),
  ['#ffffff', palette.red],
  ['#ffffff', palette['red-deep']],
  [palette['red-deep'], palette['red-wash']],
  ['#6b4307', palette['ochre-wash']],
  ['#5c3b08', palette['ochre-wash']],
  ['#1f4d3b', palette['pine-wash']],
  ['#284758', palette['slate-wash']],
  ['#4a4135', '#efe6d6'],
  [palette.faded, '#f3f7f0'],
];

test('letters stand out from their ground', () => {
  for (const [letters, ground] of PAIRS) assert.ok(contrast(letters, ground) >= 4.5, `${letters} on ${ground}: ${contrast(letters, ground).toFixed(2)}`);
});

test('the measure is right', () => {
  assert.equal(contrast('#ffffff', '#000000').toFixed(1), '21.0');
  assert.ok(contrast('#777777', '#ffffff') < 4.5);
});

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex) {
  const [red, green, blue] = channels(hex).map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
