// Runs journey files, each with a city and a browser of its own, as many at once as there are cores:  node run.mjs [FILE…]
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeCity } from './support/city.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

const all = (await readdir(path.join(here, 'journeys'))).filter((name) => name.endsWith('.test.mjs')).sort();
const wanted = process.argv.slice(2);
const chosen = wanted.length > 0 ? all.filter((name) => wanted.some((word) => name.includes(word))) : all;
if (chosen.length === 0) {
  console.error(`No journey file matches ${wanted.join(', ')}; there are: ${all.join(', ')}`);
  process.exit(1);
}
const files = chosen.map((name) => path.join(here, 'journeys', name));
// More would only make them wait for each other's pages.
const together = Math.min(availableParallelism(), 4);
// Made once; each file gets a copy.
const made = await mkdtemp(path.join(tmpdir(), 'huiyin-made-'));
const city = path.join(made, 'data');
process.on('exit', () => rmSync(made, { recursive: true, force: true }));
let runner;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (runner ? runner.kill(signal) : process.exit(1)));
if (!process.env.HUIYIN_URL) await makeCity(city);
const env = { ...process.env, HUIYIN_CITY: city };
runner = spawn(process.execPath, ['--test', `--test-concurrency=${together}`, '--test-reporter=spec', ...files], { stdio: 'inherit', env });
runner.on('exit', (code) => process.exit(code ?? 1));
