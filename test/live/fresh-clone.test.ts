/**
 * A fresh clone on machines with nothing but Node and npm: no compiler, no Python, no git. `npm start` comes to its address and ends with
 * everything that it started; tests run in the machine's Node, or in 24 where that is too old. Needs git to clone, and the npm registry.
 */

import {existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {bringNode} from '../../bin/bring-node.js';
import {bringingText, PINNED_NODE} from '../../bin/setup.js';
import {type ChildProcess, execFileSync, spawn, spawnSync} from '../kit/child-process.js';
import {pickTargets} from '../kit/live-targets.js';
import {NODES, type NodeMajor, nodeFolder} from '../kit/other-nodes.js';
import {ROOT} from '../kit/source-files.js';
import {descendantsOf, isRunning, until, ViewerProcess} from '../kit/viewer-process.js';

/** Of a machine without tools for developers: a shell, and what Debian always has. */
const PROGRAMS =
  'bash cat chmod cp date dirname env grep head id kill ln ls mkdir mktemp mv prlimit ps readlink rm sed sh sleep sort tail touch tr uname which';
const PATIENCE_SECONDS = 400;

const folder = mkdtempSync(join(tmpdir(), 'goheap-clone-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** Where a program lies outside of node_modules: under npm, the PATH starts there. */
function find(program: string): string | undefined {
  const folders = process.env.PATH!.split(delimiter).filter((path) => !path.includes('node_modules/.bin'));
  return folders.map((path) => join(path, program)).find((path) => existsSync(path));
}

/** The environment of a machine with this Node. Its npm is this machine's, with the configuration that belongs to it. */
function machineWith(major: NodeMajor): NodeJS.ProcessEnv {
  const programs = join(folder, `machine-${major}`);
  mkdirSync(programs);
  symlinkSync(join(nodeFolder(major), 'node'), join(programs, 'node'));
  for (const name of [...PROGRAMS.split(' '), 'npm']) {
    const path = find(name);
    if (path !== undefined) symlinkSync(realpathSync(path), join(programs, name));
  }
  const globalconfig = execFileSync('npm', ['config', 'get', 'globalconfig'], {encoding: 'utf8'}).trim();
  return {...process.env, PATH: programs, npm_config_globalconfig: globalconfig};
}

/** As the shell of a terminal does it: a process group of its own. */
async function start(cwd: string, env: NodeJS.ProcessEnv): Promise<{child: ChildProcess; viewer: ViewerProcess; processes: number[]}> {
  const child = spawn('npm', ['start', '--silent', '--', '--no-open'], {cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe']});
  const viewer = new ViewerProcess(child);
  await until(() => viewer.stdout.includes('\n') || child.exitCode !== null, PATIENCE_SECONDS);
  if (!viewer.stdout.includes('\n')) throw new Error(`npm start ended with ${child.exitCode}: ${viewer.stderr}`);
  await until(async () => (await viewer.status()).state === 'ready', PATIENCE_SECONDS);
  return {child, viewer, processes: [child.pid!, ...descendantsOf(child.pid!)]};
}

/** The one with 20 brings 24, and tests run in that. */
const MACHINES = pickTargets<NodeMajor>([20, 26], [22, 24]);

describe.each(MACHINES)('a machine with Node %i', (major) => {
  const clone = join(folder, `clone-${major}`);
  const {version} = NODES[major];
  const isOld = major === 20;
  const env = machineWith(major);
  execFileSync('git', ['clone', '--quiet', ROOT, clone]);

  test('has no tools', () => {
    for (const tool of ['gcc', 'cc', 'make', 'python3', 'git']) expect(spawnSync('which', [tool], {env}).status, tool).toBe(1);
  });

  test('npm start comes to its address, and Ctrl-C ends it', async () => {
    const began = performance.now();
    const {child, viewer, processes} = await start(clone, env);
    console.log(`Node ${version}: ${((performance.now() - began) / 1000).toFixed(0)} seconds from npm start to a heap that is ready`);
    expect(viewer.stderr.includes(bringingText(version))).toBe(isOld);
    for (const text of ['Installing the packages', 'Building', 'Ctrl-C ends it']) expect(viewer.stderr).toContain(text);
    process.kill(-child.pid!, 'SIGINT');
    await until(() => !processes.some(isRunning));
  });

  test('npm start is ready at once the second time, and ends with npm', async () => {
    const {child, viewer, processes} = await start(clone, env);
    expect(viewer.stderr).toMatch(/^goheap: Starting the viewer on \S+\/core; Ctrl-C ends it\.\n$/);
    child.kill('SIGTERM');
    await until(() => !processes.some(isRunning));
  });

  test('npm test runs in the Node that it should run in', () => {
    const {status, stdout, stderr} = spawnSync('npm', ['test', '--', 'test/recorded/bin'], {cwd: clone, env, encoding: 'utf8'});
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toContain(`Tests of recorded run in Node v${isOld ? PINNED_NODE.version : version}: `);
  });

  test('bin/run.js runs, or gives one hint', () => {
    const {status, stdout, stderr} = spawnSync(join(nodeFolder(major), 'node'), ['bin/run.js', '--help'], {
      cwd: clone,
      env,
      encoding: 'utf8',
    });
    expect(status).toBe(isOld ? 1 : 0);
    if (isOld)
      expect(stderr).toMatch(/^goheap needs Node 22\.15 or newer; this is 20\.20\.2 .*\n.*npm start.*\n.*node_modules\/\.bin\/node.*\n$/);
    else expect(stdout).toContain('convert');
  });
});

test('a Node that is not what the pin says is refused', () => {
  const integrity = NODES[22].integrity;
  expect(() => bringNode({version: NODES[20].version, integrity}, join(folder, 'refused'))).toThrow('EINTEGRITY');
  expect(existsSync(join(folder, 'refused/node_modules/.package-lock.json'))).toBe(false);
});
