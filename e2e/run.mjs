// Runs journey files, each with a city and a browser of its own, as many at once as there are cores:  node run.mjs [FILE…]
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

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
const runner = spawn(process.execPath, ['--test', `--test-concurrency=${together}`, '--test-reporter=spec', ...files], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runner.kill(signal));
runner.on('exit', (code) => process.exit(code ?? 1));
