/**
 * `npm run dev [-- INPUT …]`: builds, shows the bundled core (or what `goheap view` is given), and does both again for what changes: tsc watches the
 * sources, esbuild the page, and the viewer starts anew with each new dist. Its address stays the same: reload the page. Ctrl-C ends all.
 */
import {spawn, spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {watch} from 'node:fs';
import {createServer} from 'node:net';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {unpackFixture} from '../fixtures/unpack.js';
import {watchViewer} from '../viewer/build.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUNDLED = 'zoo-1.26.8';
/** The compiler writes its files one after the other: the viewer starts when none has come for so long. */
const SETTLED_MS = 300;

const running = new Set(); // child processes
let viewer;
let timer;

async function develop() {
  if (spawnSync('npm', ['run', '--silent', 'build'], {cwd: ROOT, stdio: 'inherit'}).status !== 0) process.exit(1);
  process.env.GOHEAP_TOKEN ??= randomBytes(16).toString('hex');
  const line = [join(ROOT, 'bin', 'run.js'), 'view', ...input(), '--port', String(await freePort()), '--no-open'];
  const start = () => {
    viewer = run(process.execPath, line);
  };
  start();
  run(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput']);
  const page = await watchViewer(join(ROOT, 'dist', 'viewer'));
  watch(join(ROOT, 'dist'), {recursive: true}, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void restart(start), SETTLED_MS);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end(page));
}

/** What follows the dashes, else the recorded core that `npm start` shows too. */
function input() {
  const given = process.argv.slice(2);
  if (given.length > 0) return given;
  const {core, executable} = unpackFixture(BUNDLED);
  return [core, '--exe', executable];
}

function run(command, args) {
  const child = spawn(command, args, {cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit']});
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function restart(start) {
  await stop(viewer);
  start();
}

async function end(page) {
  clearTimeout(timer);
  await Promise.all([...running].map(stop));
  await page.dispose();
  process.exit(0);
}

function stop(child) {
  return new Promise((resolve) => {
    if (!running.has(child)) return resolve();
    child.once('exit', resolve);
    child.kill();
  });
}

/** One for all viewers that follow each other, so that the open page finds the next one. */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const {port} = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

await develop();
