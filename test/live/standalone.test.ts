/**
 * The archive of `npm run standalone` runs where nothing is: unpacked, without an environment and with a PATH that leads nowhere. The Dockerfile
 * on top of it is only read here: building it needs an engine.
 */

import {existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {formats} from '../../formats/index.js';
import {spawnSync} from '../kit/child-process.js';
import {unpackFixture} from '../kit/fixtures.js';
import {run} from '../kit/installed-package.js';
import {ROOT, readProjectFile} from '../kit/source-files.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-standalone-test-'));
let archive = '';
let unpacked = '';
beforeAll(async () => {
  const program: string = '../../bin/standalone.js'; // JavaScript: not part of the type check
  const {makeStandalone} = (await import(program)) as {makeStandalone: (target: string) => string};
  archive = makeStandalone(folder);
  run('tar', ['-xzf', archive], {cwd: folder, env: process.env});
  unpacked = join(folder, basename(archive, '.tar.gz'));
});
afterAll(() => rmSync(folder, {recursive: true}));

/** Starts the launcher, or a link to it, with nothing around it. */
function goheap(args: readonly string[], launcher = join(unpacked, 'goheap'), path = '/nonexistent') {
  return spawnSync(launcher, args, {cwd: folder, env: {PATH: path}, encoding: 'utf8'});
}

test('its name says what it is for', () => {
  const {version} = JSON.parse(readProjectFile('package.json')) as {version: string};
  expect(basename(archive)).toBe(`goheap-${version}-linux-${process.arch}.tar.gz`);
});

test('it runs without an environment: help, a conversion to each format, a query', () => {
  const help = goheap(['--help']);
  expect([help.status, help.stderr]).toEqual([0, '']);
  expect(help.stdout).toContain('convert');
  const {core, executable} = unpackFixture('tiny-1.26.8');
  for (const {name: format} of formats) {
    const {status, stderr} = goheap(['convert', core, '--exe', executable, '--to', format, '-o', `heap.${format}`, '--quiet']);
    expect([format, status, stderr]).toEqual([format, 0, '']);
    expect(existsSync(join(folder, `heap.${format}`))).toBe(true);
  }
  expect(goheap(['query', 'heap.sqlite', 'SELECT count(*) > 0 AS found FROM histogram', '--csv']).stdout).toBe('found\n1\n');
});

test('a link to it works where readlink is, and says so where not', () => {
  const link = join(folder, 'link');
  symlinkSync(join(unpacked, 'goheap'), link);
  expect(goheap(['--version'], link, process.env.PATH).stdout).toContain(`node-${process.version}`);
  const {status, stderr} = goheap(['--version'], link);
  expect(status).toBe(1);
  expect(stderr).toBe(`goheap: ${link} is a link, and there is no readlink here to follow it. Start the file that it leads to.\n`);
});

test('it has what runs, and one addon', () => {
  const cwd = join(unpacked, 'program');
  expect(globSync('**/*.node', {cwd}).map((path) => basename(path))).toHaveLength(1);
  expect(globSync('**/*.{d.ts,map,c,cpp,h,gyp}', {cwd})).toEqual([]);
  expect(globSync('**/@oclif/core/package.json', {cwd})).toHaveLength(1);
});

test('the licences of Node, of every package and of the page are in it', () => {
  const notice = readFileSync(join(unpacked, 'NOTICE'), 'utf8');
  const packages = globSync('node_modules/{*,@*/*}/package.json', {cwd: join(unpacked, 'program')});
  expect(packages.length).toBeGreaterThan(40);
  for (const path of packages) {
    const {name, version} = JSON.parse(readFileSync(join(unpacked, 'program', path), 'utf8')) as {name: string; version: string};
    expect(notice).toContain(`\n${name} ${version} (`);
  }
  expect(notice).toContain(`Node ${process.versions.node}\n`);
  expect(notice).toContain(readProjectFile('dist/viewer/NOTICE.txt'));
  expect(readFileSync(join(unpacked, 'LICENSE'), 'utf8')).toBe(readProjectFile('LICENSE'));
});

test('the Dockerfile takes the archive by the name that it has', () => {
  const [, pattern] = /^ADD (\S+) /m.exec(readProjectFile('Dockerfile'))!;
  expect(basename(pattern!)).toBe('goheap-*-linux-*.tar.gz');
  expect(readProjectFile('.dockerignore').split('\n')).toContain(`!${pattern}`);
  expect(existsSync(join(ROOT, 'bin/standalone.js'))).toBe(true);
});
