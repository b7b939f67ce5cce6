// A small demo city in a temporary folder on a free port, for one journey file.
import { execFile, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LONGEST_START_MS = 180_000;
const LONGEST_STOP_MS = 15_000;

/** The one place that knows the command line. */
const demoArguments = (folder, scale) => ['demo', '--data', folder, '--scale', scale, '--listen', '127.0.0.1:0'];

function builtBinary() {
  const binary = process.env.HUIYIN_BIN || path.join(root, 'target/debug/huiyin');
  if (!existsSync(binary)) throw new Error(`${binary} is not built: run make e2e, or set HUIYIN_BIN`);
  return binary;
}

/** Makes a small city in the folder and does not serve it; HUIYIN_CITY then names the folder, for startCity to copy. */
export async function makeCity(folder) {
  await promisify(execFile)(builtBinary(), [...demoArguments(folder, 'small'), '--only-make'], { cwd: root });
}

/**
 * Starts a city and waits until it answers. HUIYIN_URL names one that already runs (it is then left alone).
 * `output()` is what the server has said so far; it holds the demo's sign-ins.
 */
export async function startCity({ scale = 'small' } = {}) {
  if (process.env.HUIYIN_URL) {
    return { url: process.env.HUIYIN_URL.replace(/\/$/, ''), output: () => '', stop: async () => {} };
  }
  const binary = builtBinary();
  const folder = await mkdtemp(path.join(tmpdir(), 'huiyin-city-'));
  if (process.env.HUIYIN_CITY && scale === 'small') await cp(process.env.HUIYIN_CITY, path.join(folder, 'data'), { recursive: true });
  const server = spawn(binary, demoArguments(path.join(folder, 'data'), scale), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  // Whoever ends the run early leaves neither a server nor a folder behind.
  const abandon = () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, abandon);
  let said = '';
  const listen = (chunk) => {
    said += chunk;
  };
  server.stdout.setEncoding('utf8').on('data', listen);
  server.stderr.setEncoding('utf8').on('data', listen);
  const ended = new Promise((resolve) => {
    server.once('exit', (code, signal) => resolve(`ended with ${code ?? signal}`));
    server.once('error', (error) => resolve(error.message));
  });
  const stop = async () => {
    server.kill('SIGINT');
    const timer = setTimeout(() => server.kill('SIGKILL'), LONGEST_STOP_MS);
    await ended;
    clearTimeout(timer);
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, abandon);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = await addressOf(server, ended, () => said);
    return { url, folder, output: () => said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address that the server prints once it listens. */
function addressOf(server, ended, said) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`the demo city did not start: ${why}\n${said()}`));
    const timer = setTimeout(() => fail('it took too long'), LONGEST_START_MS);
    const look = () => {
      const found = said().match(/http:\/\/(?:127\.0\.0\.1|localhost):[1-9]\d*/);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[0]);
    };
    server.stdout.on('data', look);
    server.stderr.on('data', look);
    ended.then((how) => {
      clearTimeout(timer);
      fail(how);
    });
  });
}
