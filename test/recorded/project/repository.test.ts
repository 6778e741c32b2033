/**
 * What is committed is what the tools would write: formatted sources, a fresh oclif manifest, fixtures within their budget,
 * and no trace of the machines that the project was made on.
 */

import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync} from 'node:fs';
import {homedir, hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {execFileSync, spawnSync} from '../../kit/child-process.js';
import {FIXTURE_ROOT} from '../../kit/fixtures.js';
import {projectFiles, ROOT, readProjectFile} from '../../kit/source-files.js';

const MEGABYTE = 1e6;
/** Git keeps every version of a fixture for good. */
const MOST_BYTES: Readonly<Record<string, number>> = {all: 40 * MEGABYTE, zoo: 15 * MEGABYTE, tiny: 13 * MEGABYTE};

test('Biome finds nothing to format or to warn about', () => {
  const {status, stdout, stderr} = spawnSync(join(ROOT, 'node_modules/.bin/biome'), ['check', '--diagnostic-level=warn'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
});

test('oclif.manifest.json lists the commands as they are', () => {
  // oclif writes the manifest into the folder that it runs in: not into the checkout, then.
  const folder = mkdtempSync(join(tmpdir(), 'goheap-manifest-'));
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const name of ['dist', 'package.json']) cpSync(join(ROOT, name), join(folder, name), {recursive: true});
    execFileSync(join(ROOT, 'node_modules/.bin/oclif'), ['manifest'], {cwd: folder, stdio: 'pipe'});
    const fresh = JSON.parse(readFileSync(join(folder, 'oclif.manifest.json'), 'utf8'));
    expect(Object.keys(fresh.commands).length).toBeGreaterThan(0);
    expect(JSON.parse(readProjectFile('oclif.manifest.json'))).toEqual(fresh);
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test('the fixtures stay within their budget', () => {
  const bytes = {all: 0, zoo: 0, tiny: 0};
  for (const name of readdirSync(FIXTURE_ROOT)) {
    const size = readdirSync(join(FIXTURE_ROOT, name)).reduce((sum, file) => sum + statSync(join(FIXTURE_ROOT, name, file)).size, 0);
    bytes.all += size;
    if (name.startsWith('zoo-')) bytes.zoo += size;
    if (name.startsWith('tiny-')) bytes.tiny += size;
  }
  expect(bytes.all).toBeGreaterThan(0);
  for (const [part, size] of Object.entries(bytes)) expect(size, part).toBeLessThan(MOST_BYTES[part]!);
});

test('no file names a machine or a folder of the people who work on it', () => {
  const home = ['/', '/root'].includes(homedir()) ? [] : [`${homedir()}/`];
  const host = hostname().length >= 6 && hostname() !== 'localhost' ? [hostname()] : [];
  const personal = /(?:^|[\s"'`(=:])\/(?:home|Users|work|workspace|builds)\/\w/m;
  const found: string[] = [];
  for (const path of projectFiles()) {
    if (path.startsWith('fixtures/cores/') || path === 'package-lock.json') continue;
    const text = readProjectFile(path);
    const match = personal.exec(text)?.[0];
    if (match !== undefined) found.push(`${path}: ${match}`);
    for (const word of [...home, ...host, ROOT]) if (text.includes(word)) found.push(`${path}: ${word}`);
  }
  expect(found).toEqual([]);
});

test('package-lock.json leaves the choice of the registry to npm', () => {
  expect(readProjectFile('package-lock.json').match(/"resolved":.*/g) ?? []).toEqual([]);
});
