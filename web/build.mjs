// Builds crates/web/assets: one style sheet, the scripts, the picture of the brand, that of the icons, each under a name
// with the hash of its content, a packed copy of each, and manifest.json, which maps plain names to these.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';
import { transform } from 'lightningcss';
import postcss from 'postcss';
import tailwind from 'tailwindcss';

import { floor } from './floor.mjs';
import { icons } from './icons.mjs';
import config from './tailwind.config.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = here('../crates/web/assets');

const STYLES = ['base', 'frame', 'forms', 'data', 'echo', 'cases', 'desk', 'paper', 'official', 'study', 'elder', 'print'];
/** Each is a file of its own: what only some pages need is not loaded by all. */
const SCRIPTS = ['app', 'chart', 'hls', 'report', 'study', 'sw', 'map'];
/** The floor: what every built file must be understood by. */
export const CSS_TARGETS = { chrome: 86 << 16, safari: 14 << 16 };
export const JS_TARGETS = ['chrome86', 'safari14'];

/** The style sheet as browsers get it. */
export async function styles(settings = config) {
  const own = STYLES.map((name) => readFileSync(here(`src/styles/${name}.css`), 'utf8')).join('\n');
  const source = `@tailwind base;\n@tailwind components;\n${own}\n@tailwind utilities;\n@tailwind variants;`;
  const { css } = await postcss([tailwind(settings)]).process(source, { from: undefined });
  const lowered = await postcss([floor()]).process(css, { from: undefined });
  return lower(lowered.css);
}

/** Lightning CSS: prefixes, new syntax into old, small. */
export function lower(css) {
  return transform({ filename: 'app.css', code: Buffer.from(css), minify: true, targets: CSS_TARGETS }).code;
}

async function scripts() {
  const result = await build({
    entryPoints: Object.fromEntries(SCRIPTS.map((name) => [name, here(`src/scripts/${name}.ts`)])),
    bundle: true,
    minify: true,
    format: 'iife',
    target: JS_TARGETS,
    // esbuild cannot lower it and refuses it for Safari 14 because of a fault with default values that nothing here has.
    supported: { destructuring: true },
    outdir: out,
    write: false,
    legalComments: 'none',
  });
  return result.outputFiles.map(({ path, contents }) => [path.slice(path.lastIndexOf('/') + 1), Buffer.from(contents)]);
}

async function main() {
  const pictures = [['favicon.svg', readFileSync(here('src/favicon.svg'))], ['icons.svg', icons()]];
  const files = [['app.css', await styles()], ...(await scripts()), ...pictures];
  mkdirSync(out, { recursive: true });
  const kept = new Set(['manifest.json']);
  const manifest = {};
  for (const [name, content] of files) {
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
    const hashed = name.replace(/\.(\w+)$/, `.${hash}.$1`);
    manifest[name] = hashed;
    writeFileSync(`${out}/${hashed}`, content);
    writeFileSync(`${out}/${hashed}.gz`, gzipSync(content, { level: 9 }));
    kept.add(hashed).add(`${hashed}.gz`);
  }
  writeFileSync(`${out}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of readdirSync(out)) if (!kept.has(name)) rmSync(`${out}/${name}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
