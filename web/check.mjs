// `npm run check`: the built files must be understood by the floor, or the build is refused.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { unsupportedCss, unsupportedJs } from './support.mjs';

const folder = fileURLToPath(new URL('../crates/web/assets/', import.meta.url));
/** What one page may load at most, packed, in bytes: an old phone on a weak network. */
const MOST = { css: 24_000, app: 32_000, chart: 220_000, hls: 130_000, report: 12_000, sw: 3_000 };

/** What a script tries and does without where it is missing. */
const GUARDED = { hls: ['randomUUID()'] };

const names = readdirSync(folder);
const faults = [];
for (const name of names.filter((name) => /\.(css|js)$/.test(name))) {
  const text = readFileSync(folder + name, 'utf8');
  const missing = name.endsWith('.css') ? unsupportedCss(text) : unsupportedJs(text).filter((feature) => !GUARDED[name.split('.')[0]]?.includes(feature));
  faults.push(...missing.map((feature) => `${name}: the floor does not know ${feature}`));
}
for (const [kind, most] of Object.entries(MOST)) {
  const name = names.find((name) => name.endsWith('.gz') && (kind === 'css' ? name.includes('.css') : name.startsWith(`${kind}.`) && name.includes('.js')));
  const size = name ? readFileSync(folder + name).length : Infinity;
  if (size > most) faults.push(`${name ?? kind}: ${size} bytes, at most ${most}; build first if it is missing`);
}
if (faults.length) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`${names.length} built files are understood by Chrome 86 and Safari 14`);
