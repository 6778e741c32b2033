/** Writing: a file appears whole or not at all, whatever goes wrong. */
import {existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {type Exporter, writeHeap} from '../../../src/index.js';
import {heapFromText} from '../../kit/library-heap.js';
import {temporaryFolder} from '../../kit/small-database.js';

const heap = heapFromText('roots: a b; a -> c');
const ids: Exporter<{readonly separator?: string}> = {
  name: 'ids',
  extension: '.txt',
  summary: 'the ids of the objects',
  losses: ['everything else'],
  options: {separator: {kind: 'text', help: 'between two ids'}},
  write: (analyzed, path, {separator = ' '}) => writeFile(path, [...analyzed.objects()].join(separator)),
};
const failing = (error: Error): Exporter => ({
  ...ids,
  async write(_heap, path) {
    await writeFile(path, 'half');
    throw error;
  },
});
const refused = (path: string, exporter: Exporter = ids, options: {force?: boolean} = {}) =>
  expect(writeHeap(heap, exporter, path, options)).rejects;

test('writes, refuses to overwrite, overwrites when forced', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'out.txt');
  await writeHeap(heap, ids, path, {separator: ','});
  expect(readFileSync(path, 'utf8')).toBe('3,4,5');
  await refused(path).toMatchObject({code: 'usage', hint: expect.stringContaining('--force')});
  await writeHeap(heap, ids, path, {force: true});
  expect(readFileSync(path, 'utf8')).toBe('3 4 5');
  expect(readdirSync(folder)).toEqual(['out.txt']);
});

test('an exporter gets the options that it declares, and nothing else', async () => {
  let got: object = {};
  const asking: Exporter<{readonly separator?: string}> = {
    ...ids,
    async write(_heap, path, options) {
      got = options;
      await writeFile(path, '');
    },
  };
  await writeHeap(heap, asking, join(temporaryFolder(), 'out.txt'), {separator: ',', force: true});
  expect(got).toEqual({separator: ','});
});

test.each<[string, unknown]>([
  ['is a choice without values', {kind: 'choice', help: ''}],
  ['is a choice without values', {kind: 'choice', values: [], help: ''}],
  ["has a default that is none of its values: 'c'", {kind: 'choice', values: ['a', 'b'], default: 'c', help: ''}],
  ["is of the kind 'colour'; there are choice, switch, pattern, text, list", {kind: 'colour', help: ''}],
  ['is of the kind undefined; there are choice, switch, pattern, text, list', null],
  ['has no help', {kind: 'text'}],
])('an exporter whose option %s', async (problem, option) => {
  const exporter = {...ids, options: {odd: option}} as unknown as Exporter;
  await refused(join(temporaryFolder(), 'out.txt'), exporter).toMatchObject({
    code: 'usage',
    message: `ids: its option odd ${problem}`,
    hint: expect.any(String),
  });
});

test('a symbolic link stays, its file is replaced', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'real.txt'), 'old');
  symlinkSync('real.txt', join(folder, 'link.txt'));
  await writeHeap(heap, ids, join(folder, 'link.txt'), {force: true});
  expect(readFileSync(join(folder, 'real.txt'), 'utf8')).toBe('3 4 5');
  symlinkSync('nowhere', join(folder, 'broken.txt'));
  await refused(join(folder, 'broken.txt')).toMatchObject({code: 'usage'});
});

test('paths that cannot become a file are usage errors, also when forced', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'sub'));
  const inside = ['sub', 'new/', 'missing/out.txt', 'x'.repeat(300)].map((name) => `${folder}/${name}`);
  for (const path of [...inside, '', '/dev/full', '/dev/null']) {
    await refused(path, ids, {force: true}).toMatchObject({code: 'usage', hint: expect.any(String)});
  }
  expect(existsSync('/dev/full')).toBe(true);
  expect(readdirSync(folder)).toEqual(['sub']);
});

test('a failure leaves nothing behind, and keeps what was there', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'out.txt');
  writeFileSync(path, 'before');
  const full = Object.assign(new Error('no space left on device'), {code: 'ENOSPC'});
  await refused(path, failing(full), {force: true}).toMatchObject({code: 'io', hint: expect.stringContaining('full')});
  const bug = new TypeError('a bug');
  await refused(path, failing(bug), {force: true}).toBe(bug);
  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(readdirSync(folder)).toEqual(['out.txt']);
  await refused(join(folder, 'none.txt'), {...ids, write: async () => {}}).toMatchObject({code: 'io'});
});

test('an abort rejects with its reason and leaves nothing behind', async () => {
  const folder = temporaryFolder();
  const abort = new AbortController();
  const reason = new Error('enough');
  const slow: Exporter = {
    ...ids,
    async write(_heap, path) {
      await writeFile(path, 'half');
      abort.abort(reason);
      throw new Error('stopped in the middle');
    },
  };
  await expect(writeHeap(heap, slow, join(folder, 'out.txt'), {}, {signal: abort.signal})).rejects.toBe(reason);
  expect(readdirSync(folder)).toEqual([]);
});
