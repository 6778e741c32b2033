/** What npm would publish is all that runs: the files that package.json lists, alone in a folder, convert a core and can be imported. */

import {cpSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {spawnSync} from '../../kit/child-process.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {ROOT, readProjectFile} from '../../kit/source-files.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-package-'));
let files: string[] = [];

beforeAll(() => {
  const {stdout} = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {cwd: ROOT, encoding: 'utf8'});
  const [packed] = JSON.parse(stdout) as [{files: {path: string}[]}];
  files = packed.files.map(({path}) => path);
  for (const path of files) cpSync(join(ROOT, path), join(folder, path));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, {recursive: true}));

function node(...args: string[]) {
  return spawnSync(process.execPath, args, {cwd: folder, encoding: 'utf8'});
}

test('the command line converts a core', () => {
  const {core, executable} = unpackFixture('tiny-1.26.8');
  const run = node('bin/run.js', 'convert', core, '--exe', executable, '--to', 'sqlite', '-o', 'heap.db', '--quiet');
  expect([run.status, run.stderr]).toEqual([0, '']);
  const query = node('bin/run.js', 'query', 'heap.db', 'SELECT count(*) > 0 AS found FROM histogram', '--csv');
  expect(query.stdout).toBe('found\n1\n');
});

const {exports} = JSON.parse(readProjectFile('package.json')) as {exports: Record<string, {types: string} | string>};
test.each(Object.entries(exports).filter(([, target]) => typeof target === 'object'))(
  '%s can be imported, and has types',
  (path, target) => {
    const program = `console.log(Object.keys(await import('goheap${path.slice(1)}')).length > 0)`;
    expect(node('--input-type=module', '-e', program)).toMatchObject({stdout: 'true\n', stderr: ''});
    expect(files).toContain((target as {types: string}).types.slice(2));
  },
);

test('nothing of the tests and fixtures', () => {
  expect(files.filter((path) => /^(test|fixtures|bench|src|dist\/(test|bench))\//.test(path))).toEqual([]);
});
