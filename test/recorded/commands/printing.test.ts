/** What commands print: tables, sizes, progress, and the cache's book-keeping. */
import {chmodSync, lchownSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {createProgressPrinter} from '../../../src/cli/progress-printer.js';
import {formatCell, formatTable} from '../../../src/cli/table.js';
import {clearCache, findCacheFolder, listEntries, pruneCache} from '../../../src/database/cache-folder.js';
import {cacheKey} from '../../../src/database/cache-key.js';
import {SCHEMA_VERSION} from '../../../src/sql/schema.js';
import {temporaryFolder} from '../../kit/small-database.js';

test('sizes, exact ones with all digits', () => {
  expect([formatCell(123_456, 'bytes'), formatCell(123_456, 'bytes', true)]).toEqual(['120.6 KiB', '123456']);
  expect(formatCell(16 / 31, 'bytes', true)).toBe('0.52'); // a slot's share of a tail
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
  expect(formatCell('a\nb\u001b[31m\u202e\u2066', 'text')).toBe('a\\u000ab\\u001b[31m\\u202e\\u2066');
});

test('tables are aligned', () => {
  const columns = {name: 'text', size: 'bytes', type_id: 'type'} as const;
  const rows = [
    {name: 'a', size: 5, type_id: 1},
    {name: 'longer', size: 2048, type_id: null},
  ];
  expect(formatTable(columns, rows)).toEqual(['NAME       SIZE  TYPE ID', 'a           5 B        1', 'longer  2.0 KiB        -']);
  expect(formatTable(columns, rows, {width: 0})).toEqual(formatTable(columns, rows)); // a terminal without a size
  expect(formatTable(columns, [])).toEqual(['NAME  SIZE  TYPE ID']);
});

test('lines below a row begin where its first text does, and fit as well', () => {
  const columns = {rank: 'count', name: 'text'} as const;
  const rows = [
    {rank: 1, name: 'main.server'},
    {rank: 2, name: 'main.b'},
  ];
  const below = [['.items[…] → 100 × main.Item', 'held by\u001b main.a'], []];
  const [first, held] = ['      .items[…] → 100 × main.Item', '      held by\\u001b main.a'];
  expect(formatTable(columns, rows, {below})).toEqual(['RANK  NAME', '   1  main.server', first, held, '   2  main.b']);
  const narrow = formatTable(columns, rows, {below, width: 24});
  expect(narrow.slice(2, 4)).toEqual(['      .items[…] → 100 ×', '      main.Item']);
  expect(formatTable(columns, rows, {below, width: 17}).every((line) => line.length <= 17)).toBe(true);
});

test('a narrow table breaks titles and text, then leaves columns out, and says so', () => {
  const columns = {size: 'count', retained_objects: 'count', name: 'text', type: 'text', kind: 'text'} as const;
  const rows = [{size: 1, retained_objects: 20867, name: '0xc000012340', type: 'map[string]*main.Session', kind: 'object'}];
  expect(formatTable(columns, rows, {width: 57})).toEqual([
    'SIZE  RETAINED  NAME          TYPE                 KIND',
    '       OBJECTS',
    '   1     20867  0xc000012340  map[string]*main.    object',
    '                              Session',
  ]);
  expect(formatTable(columns, rows, {width: 44})).toEqual([
    'SIZE  NAME          TYPE              KIND',
    '   1  0xc000012340  map[string]*main  object',
    '                    .Session',
    '(without RETAINED OBJECTS; --wide shows all)',
  ]);
});

test('text of more than three lines is cut in the middle, but for an address', () => {
  const long = `struct{${'Field string; '.repeat(20)}Last int}`;
  const lines = formatTable({id: 'node', type: 'text'}, [{id: 7, type: long}], {width: 30});
  expect(lines).toHaveLength(1 + 3 + 2);
  expect([lines[1], lines[3], lines[4]]).toEqual([
    expect.stringMatching(/^ 7 {2}struct\{Field/),
    expect.stringMatching(/^ {4}….*Last int\}$/),
    expect.stringMatching(/^\(long names cut \(…\); --wide/),
  ]);
  const addresses = Array.from({length: 12}, (_, at) => `0xc0000${10_000 + at}`).join(', ');
  const whole = formatTable({id: 'node', type: 'text'}, [{id: 7, type: addresses}], {width: 30});
  expect(whole.join(' ').match(/0x[0-9a-f]+/g)).toEqual(addresses.split(', '));
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

test('progress elsewhere: a JSON object a line once it takes long, not too many', () => {
  let text = '';
  let time = 0;
  const printer = createProgressPrinter({write: (part: string) => (text += part)}, () => time);
  for (time = 0; time < 2000; time += 10) printer.report('short', time, 5000);
  expect(text).toBe('');
  for (; time <= 6000; time += 10) printer.report(time < 4500 ? 'one' : 'two', time, 6000);
  printer.finish();
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({stage, done}) => [stage, done])).toEqual([
    ['one', 2000],
    ['one', 3000],
    ['one', 4000],
    ['two', 4500],
    ['two', 5500],
  ]);
  expect(lines[1]).toEqual({stage: 'one', done: 3000, total: 6000, percent: 50, rate: 3000, leftSeconds: 1});
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
    cacheKey(core, {}, '1.0.0', SCHEMA_VERSION - 1),
    cacheKey(core, {exe}, '1.0.0'),
    cacheKey(core, {'debug-file': exe}, '1.0.0'),
    cacheKey(core, {sysroot: folder}, '1.0.0'),
    cacheKey(core, {'force-mismatch': true}, '1.0.0'),
  ];
  utimesSync(core, 1, 1);
  expect(cacheKey(core, {}, '1.0.0')).toBe(keys[0]);
  writeFileSync(core, 'cone');
  keys.push(cacheKey(core, {}, '1.0.0'));
  expect(new Set(keys).size).toBe(keys.length);
  expect(cacheKey(core, {'force-mismatch': false}, '1.0.0')).toBe(keys.at(-1));
  expect(() => cacheKey(join(folder, 'nothing'), {}, '1.0.0')).toThrow(expect.objectContaining({code: 'io'}));
});

test("the cache folder is the user's own, and nobody else's to read", () => {
  const home = temporaryFolder();
  const folder = findCacheFolder({XDG_CACHE_HOME: join(home, 'deep', 'er')});
  expect(folder).toBe(join(home, 'deep', 'er', 'goheap'));
  for (const mode of [0o755, 0o777]) {
    writeFileSync(join(folder, 'entry'), '');
    chmodSync(folder, mode);
    expect(findCacheFolder({XDG_CACHE_HOME: join(home, 'deep', 'er')})).toBe(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  }
});

test('a cache folder is refused, as often as one asks, where another user made a link or an entry, and where it is a file', () => {
  const environment = {XDG_CACHE_HOME: temporaryFolder()};
  vi.stubEnv('TMPDIR', temporaryFolder()); // where the one that is taken instead is made
  onTestFinished(() => void vi.unstubAllEnvs());
  const folder = join(environment.XDG_CACHE_HOME, 'goheap');
  const isRefused = () => [1, 2].every(() => findCacheFolder(environment) !== folder);
  writeFileSync(folder, '');
  chmodSync(folder, 0o644);
  expect([isRefused(), statSync(folder).mode & 0o777]).toEqual([true, 0o644]);
  if (process.getuid?.() !== 0) return; // only root can give files away
  rmSync(folder);
  const target = temporaryFolder();
  chmodSync(target, 0o755);
  symlinkSync(target, folder);
  expect(findCacheFolder(environment)).toBe(folder);
  chmodSync(target, 0o755);
  lchownSync(folder, 65_534, 65_534);
  expect([isRefused(), statSync(target).mode & 0o777]).toEqual([true, 0o755]);
  rmSync(folder);
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  const planted = join(folder, `${'0'.repeat(32)}.db`);
  writeFileSync(planted, '');
  lchownSync(planted, 65_534, 65_534);
  expect(isRefused()).toBe(true);
});

test('pruning and clearing remove nothing that goheap did not make', () => {
  const folder = temporaryFolder();
  for (const name of ['notes.tmp', '.notes.tmp', `${'a'.repeat(32)}.db.tmp`]) {
    writeFileSync(join(folder, name), '');
    utimesSync(join(folder, name), 1, 1);
  }
  mkdirSync(join(folder, `${'0'.repeat(32)}.db`));
  const names = readdirSync(folder);
  expect(clearCache(folder)).toEqual([]);
  expect(readdirSync(folder)).toEqual(names);
});

test('pruning removes the entries that were not used for longest, and stale temporary folders', () => {
  const folder = temporaryFolder();
  const now = Date.now();
  const name = (age: number) => `${String(age).padStart(32, '0')}.db`;
  const used = (path: string, hours: number) => utimesSync(path, new Date(now - hours * 3_600_000), new Date(now - hours * 3_600_000));
  for (let age = 0; age < 25; age++) {
    writeFileSync(join(folder, name(age)), 'x');
    used(join(folder, name(age)), age / 60);
  }
  for (const [temporary, hours] of [
    [`.${name(1)}.12-old.tmp`, 48],
    [`.${name(1)}.12-new.tmp`, 1],
  ] as const) {
    mkdirSync(join(folder, temporary));
    writeFileSync(join(folder, temporary, 'half'), '');
    used(join(folder, temporary), hours);
  }
  writeFileSync(join(folder, 'notes.db'), 'not goheap’s');
  pruneCache(folder, join(folder, name(24)), now);
  const kept = Array.from({length: 20}, (_, age) => name(age));
  expect(readdirSync(folder).sort()).toEqual([`.${name(1)}.12-new.tmp`, ...kept, name(24), 'notes.db']);
  expect(listEntries(folder).map(({path}) => path)).toEqual([...kept, name(24)].map((file) => join(folder, file)));
});
