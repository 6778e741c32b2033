/** SQLite's addon where it cannot be loaded: a copy of what runs, with the packages of this checkout but for the addon's files. */

import {cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {spawnSync} from '../../kit/child-process.js';
import {ROOT} from '../../kit/source-files.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-addon-'));
const prebuilds = join(folder, 'node_modules/better-sqlite3/prebuilds');
const packages = join(ROOT, 'node_modules');

beforeAll(() => {
  for (const name of ['bin', 'dist/src', 'dist/formats', 'dist/viewer', 'package.json', 'oclif.manifest.json'])
    cpSync(join(ROOT, name), join(folder, name), {recursive: true});
  mkdirSync(prebuilds, {recursive: true});
  for (const name of ['lib', 'package.json'])
    cpSync(join(packages, 'better-sqlite3', name), join(folder, 'node_modules/better-sqlite3', name), {recursive: true});
  for (const name of readdirSync(packages))
    if (name !== 'better-sqlite3') symlinkSync(join(packages, name), join(folder, 'node_modules', name));
  new Sqlite(join(folder, 'some.db')).exec('CREATE TABLE t (a)').close();
});
afterAll(() => rmSync(folder, {recursive: true}));

function run(...args: string[]) {
  return spawnSync(process.execPath, [join(folder, 'bin/run.js'), ...args], {cwd: folder, encoding: 'utf8'});
}

const PROBLEM = `Error: SQLite's addon does not load in Node ${process.version} on this machine: `;
const HINT = 'Try this: Install goheap on this machine, with this Node: `npm start` does it in a checkout.';

test('that is missing for this system', () => {
  const {status, stderr} = run('info', 'some.db');
  expect(status).toBe(1);
  expect(stderr).toContain(`${PROBLEM}Cannot find module`);
  expect(stderr).toContain(HINT);
  expect(stderr).not.toContain('Internal error');
});

test('that is of another system', () => {
  for (const libc of ['linux', 'linuxmusl']) writeFileSync(join(prebuilds, `${libc}-${process.arch}.node`), 'not for this system');
  const {status, stderr} = run('info', 'some.db');
  expect(status).toBe(1);
  expect(stderr).toContain(PROBLEM);
  expect(stderr).toContain(`-${process.arch}.node`);
  expect(stderr).toContain(HINT);
});

test('also says so as JSON', () => {
  const {status, stdout} = run('info', 'some.db', '--json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({code: 'unsupported', hint: HINT.slice('Try this: '.length)});
});
