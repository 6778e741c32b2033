/**
 * What users meet before any command runs: the guard against an old Node, and how `npm start` takes its arguments.
 */
import {mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {spawn, spawnSync} from '../../kit/child-process.js';
import {runGoheap} from '../../kit/goheap.js';
import {descendantsOf, isRunning, until, ViewerProcess} from '../../kit/viewer-process.js';

const file = (name: string) => fileURLToPath(new URL(`../../../bin/${name}`, import.meta.url));

/** Runs the guard in a Node that says it has this version. */
function checkAs(version: string) {
  const program = `Object.defineProperty(process.versions, 'node', {value: '${version}'});
    (await import(${JSON.stringify(file('node-version.js'))})).checkNodeVersion();`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], {encoding: 'utf8'});
}

describe('the Node version', () => {
  test.each(['16.20.2', '18.20.4', '20.20.2', '22.14.0'])('%s is refused with a hint', (version) => {
    const {status, stderr} = checkAs(version);
    expect(status).toBe(1);
    expect(stderr).toContain(`goheap needs Node 22.15 or newer; this is ${version}`);
    expect(stderr).toContain('https://nodejs.org');
    expect(stderr).toContain(
      '`npm start` and `npm test` bring their own;\nafter that `node_modules/.bin/node bin/run.js` runs any command.\n',
    );
  });
  test.each(['22.15.0', '24.21.0', '26.12.1'])('%s is taken', (version) => {
    expect(checkAs(version)).toMatchObject({status: 0, stderr: ''});
  });
});

test('npm start refuses options that it does not know', () => {
  const {status, stderr} = spawnSync(process.execPath, [file('start.js'), '--nonsense'], {encoding: 'utf8'});
  expect(status).toBe(2);
  expect(stderr).toContain('--nonsense');
  expect(stderr).toContain('Usage: npm start');
});

test('npm start tells what it takes, and the version, and does nothing else', () => {
  const start = (...args: string[]) => spawnSync(process.execPath, [file('start.js'), ...args], {encoding: 'utf8'});
  for (const flag of ['--help', '-h']) {
    const {status, stdout, stderr} = start(flag);
    expect({status, stderr}).toEqual({status: 0, stderr: ''});
    for (const part of ['npm start [-- CORE]', '--exe', '--sample', 'shop, leak', '--port', '--no-open', 'node bin/run.js view --help'])
      expect(stdout).toContain(part);
  }
  expect(start('--version')).toMatchObject({status: 0, stderr: '', stdout: runGoheap(['--version']).stdout});
});

test('npm start hands a core over to the viewer, and ends with its status', () => {
  const {status, stderr} = spawnSync(process.execPath, [file('start.js'), '/nothing/core', '--no-open'], {encoding: 'utf8'});
  expect(status).toBe(1);
  expect(stderr).toContain('/nothing/core');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('npm start without a core shows the bundled one, and ends with all its processes at %s', async (signal, expected) => {
  const child = spawn(process.execPath, [file('start.js'), '--no-open'], {stdio: ['ignore', 'pipe', 'pipe']});
  const viewer = new ViewerProcess(child);
  await viewer.listening();
  expect(viewer.stderr).toMatch(/Starting the viewer on \S+\/leak-1\.26\.8-\w+\/core; Ctrl-C ends it\./);
  expect((await viewer.status()).input).toBe('core');
  while ((await viewer.status()).state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 50));
  const processes = descendantsOf(viewer.pid);
  expect(processes.length).toBeGreaterThan(0);
  expect(await viewer.stop(signal)).toBe(expected);
  await until(() => !processes.some(isRunning));
});

test('npm start ends by the signal that ended the viewer', async () => {
  const child = spawn(process.execPath, [file('start.js'), '--no-open'], {stdio: ['ignore', 'pipe', 'pipe']});
  const viewer = new ViewerProcess(child);
  await viewer.listening();
  const [pid] = viewer.children as [number];
  process.kill(pid, 'SIGKILL');
  await until(() => child.signalCode !== null);
  expect(child.signalCode).toBe('SIGKILL');
});

test('a message names the command as it was called', () => {
  expect(runGoheap(['held-by', 'DB', '-z'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('goheap held-by --help lists the flags.'),
  });
});

test('bin/run.js lists the commands', () => {
  const {status, stdout} = runGoheap(['--help']);
  expect(status).toBe(0);
  for (const command of ['convert', 'histogram', 'info', 'object', 'path', 'query', 'top', 'view']) expect(stdout).toContain(command);
});

test('bin/run.js runs by itself, and through a link as npm makes one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-link-'));
  try {
    const link = join(folder, 'goheap');
    symlinkSync(file('run.js'), link);
    const env = {...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`};
    for (const command of [file('run.js'), link]) {
      const {status, stdout, error} = spawnSync(command, ['--version'], {encoding: 'utf8', env});
      expect([status, error]).toEqual([0, undefined]);
      expect(stdout).toContain('goheap/');
    }
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test("compiled code is kept in the user's cache, and never where others may write", () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-compiled-'));
  try {
    for (const name of ['own', 'shared']) mkdirSync(join(folder, name));
    const run = (env: NodeJS.ProcessEnv) =>
      runGoheap(['--version'], {env: {PATH: process.env.PATH, TMPDIR: join(folder, 'shared'), ...env}});
    expect(run({}).status).toBe(0);
    expect(run({HOME: '/nonexistent'}).stderr).toBe('');
    expect(run({XDG_CACHE_HOME: join(folder, 'own')}).status).toBe(0);
    expect(readdirSync(join(folder, 'own', 'goheap-compiled')).length).toBeGreaterThan(0);
    expect(readdirSync(join(folder, 'shared'))).toEqual([]);
  } finally {
    rmSync(folder, {recursive: true});
  }
});
