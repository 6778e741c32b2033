/**
 * What users meet before any command runs: the guard against an old Node, and how `npm start` takes its arguments.
 */

import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import type {Status} from '../../../viewer/protocol.js';
import {spawn, spawnSync} from '../../kit/child-process.js';
import {runGoheap} from '../../kit/goheap.js';
import {temporaryFolder} from '../../kit/small-database.js';

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
    expect(stderr).toContain('npm ci');
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

test('npm start hands a core over to the viewer, and ends with its status', () => {
  const {status, stderr} = spawnSync(process.execPath, [file('start.js'), '/nothing/core', '--no-open'], {encoding: 'utf8'});
  expect(status).toBe(1);
  expect(stderr).toContain('/nothing/core');
});

test('npm start without a core shows the bundled one, and stays until Ctrl-C', async () => {
  const env = {...process.env, XDG_CACHE_HOME: temporaryFolder()}; // not the cache of whoever tests
  const child = spawn(process.execPath, [file('start.js'), '--no-open'], {env, stdio: ['ignore', 'pipe', 'inherit']});
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const url = new URL(line.trim());
  const status = async () => {
    const reply = await fetch(`${url.origin}/api/status`, {headers: {authorization: `Bearer ${url.hash.slice('#token='.length)}`}});
    return (await reply.json()) as Status;
  };
  expect((await status()).input).toBe('core');
  while ((await status()).state === 'opening') await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await status()).state).toBe('ready');
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  expect(code).toBe(130);
});

test('bin/run.js lists the commands', () => {
  const {status, stdout} = runGoheap(['--help']);
  expect(status).toBe(0);
  for (const command of ['convert', 'histogram', 'info', 'object', 'path', 'query', 'top', 'view']) expect(stdout).toContain(command);
});
