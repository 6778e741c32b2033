/** What commands print: tables, sizes, progress, and the cache's book-keeping. */
import {existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {createProgressPrinter} from '../../../src/cli/progress-printer.js';
import {formatBytes, formatCell, formatTable} from '../../../src/cli/table.js';
import {findCacheFolder, pruneCache} from '../../../src/database/cache-folder.js';
import {cacheKey} from '../../../src/database/core-files.js';
import {temporaryFolder} from '../../kit/small-database.js';

test('sizes have three digits, exact ones all', () => {
  expect([0, 1023, 1024, 10_500, 1_048_576, 123_456_789, 5 * 2 ** 40].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.00 KB',
    '10.3 KB',
    '1.00 MB',
    '118 MB',
    '5.00 TB',
  ]);
  expect(formatCell(123_456, 'bytes', true)).toBe('123456');
  expect([formatBytes(16 / 31), formatCell(16 / 31, 'bytes', true)]).toEqual(['0.52 B', '0.52']); // a slot's share of a tail
});

test('cells by kind', () => {
  const cells = [
    formatCell(null, 'text'),
    formatCell(255, 'address'),
    formatCell(0.125, 'share'),
    formatCell(0, 'flag'),
    formatCell(7, 'node'),
  ];
  expect(cells).toEqual(['-', '0xff', '12.5%', 'no', '7']);
  expect(formatCell('a\nb\u001b[31m\u202e', 'text')).toBe('a\\u000ab\\u001b[31m\\u202e');
});

test('tables are aligned, cut only to a terminal', () => {
  const columns = {name: 'text', size: 'bytes', type_id: 'type'} as const;
  const rows = [
    {name: 'a', size: 5, type_id: 1},
    {name: 'longer', size: 2048, type_id: null},
  ];
  expect(formatTable(columns, rows)).toEqual(['NAME       SIZE  TYPE ID', 'a           5 B        1', 'longer  2.00 KB        -']);
  expect(formatTable(columns, rows, {width: 12})).toEqual(['NAME       …', 'a          …', 'longer  2.0…']);
  expect(formatTable(columns, rows, {width: 0})).toEqual(formatTable(columns, rows)); // a terminal without a size
  expect(formatTable(columns, [])).toEqual(['NAME  SIZE  TYPE ID']);
});

test('progress on a terminal: one line with percent, rate and time left', () => {
  let text = '';
  let time = 0;
  const printer = createProgressPrinter({isTTY: true, columns: 80, write: (part: string) => (text += part)}, () => time);
  printer.report('read spans', 0, 1000);
  time = 50;
  printer.report('read spans', 50, 1000); // too soon to show
  time = 1000;
  printer.report('read spans', 250, 1000);
  printer.finish();
  printer.finish();
  expect(text.split('\r\u001b[K')).toEqual(['', 'read spans  0%', 'read spans  25%  250/s  3 s left', '']);
});

test('progress on a terminal that does not know its size', () => {
  let text = '';
  const printer = createProgressPrinter({isTTY: true, columns: 0, write: (part: string) => (text += part)}, () => 0);
  printer.report('read spans', 0, 1000);
  expect(text).toBe('\r\u001b[Kread spans  0%');
});

test('progress elsewhere: a JSON object a line, not too many', () => {
  let text = '';
  let time = 0;
  const printer = createProgressPrinter({write: (part: string) => (text += part)}, () => time);
  for (time = 0; time <= 5000; time += 10) printer.report(time < 2500 ? 'one' : 'two', time, 5000);
  printer.finish();
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({stage, done}) => [stage, done])).toEqual([
    ['one', 0],
    ['one', 1000],
    ['one', 2000],
    ['two', 2500],
    ['two', 3500],
    ['two', 4500],
  ]);
  expect(lines[1]).toEqual({stage: 'one', done: 1000, total: 5000, percent: 20, rate: 1000, leftSeconds: 4});
});

test('the cache key tells apart what makes another database', () => {
  const folder = temporaryFolder();
  const core = join(folder, 'core');
  const exe = join(folder, 'exe');
  writeFileSync(core, 'core');
  writeFileSync(exe, 'exe');
  const keys = [
    cacheKey(core, {}, '1.0.0'),
    cacheKey(core, {}, '1.0.1'),
    cacheKey(core, {exe}, '1.0.0'),
    cacheKey(core, {'debug-file': exe}, '1.0.0'),
    cacheKey(core, {sysroot: folder}, '1.0.0'),
    cacheKey(core, {'force-mismatch': true}, '1.0.0'),
  ];
  writeFileSync(core, 'cone');
  utimesSync(core, 1, 1);
  keys.push(cacheKey(core, {}, '1.0.0'));
  expect(new Set(keys).size).toBe(keys.length);
  expect(cacheKey(core, {'force-mismatch': false}, '1.0.0')).toBe(keys.at(-1));
  expect(() => cacheKey(join(folder, 'nothing'), {}, '1.0.0')).toThrow(expect.objectContaining({code: 'io'}));
});

test("the cache folder is the user's own", () => {
  const home = temporaryFolder();
  expect(findCacheFolder({XDG_CACHE_HOME: join(home, 'deep', 'er')})).toBe(join(home, 'deep', 'er', 'goheap'));
  const open = temporaryFolder();
  mkdirSync(join(open, 'goheap'), {mode: 0o777});
  expect(existsSync(findCacheFolder({XDG_CACHE_HOME: home}))).toBe(true);
});

test('pruning removes the entries that were not used for longest, and stale temporary files', () => {
  const folder = temporaryFolder();
  const now = Date.now();
  for (let age = 0; age < 25; age++) {
    const path = join(folder, `${String(age).padStart(2, '0')}.db`);
    writeFileSync(path, 'x');
    utimesSync(path, new Date(now - age * 60_000), new Date(now - age * 60_000));
  }
  for (const [name, hours] of [
    ['.old.tmp', 48],
    ['.new.tmp', 1],
  ] as const) {
    writeFileSync(join(folder, name), '');
    utimesSync(join(folder, name), new Date(now - hours * 3_600_000), new Date(now - hours * 3_600_000));
  }
  pruneCache(folder, join(folder, '24.db'), now);
  const left = readdirSync(folder).sort();
  expect(left).toEqual(['.new.tmp', ...Array.from({length: 20}, (_, age) => `${String(age).padStart(2, '0')}.db`), '24.db']);
});
