/** What is made of a dump is nobody else's to read: outputs of every format, while they are written too, and the cache. */
import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import {formats} from '../../../formats/index.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {runGoheap} from '../../kit/run-goheap.js';
import {databaseFromText, temporaryFolder} from '../../kit/small-database.js';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
let database = '';
beforeAll(async () => {
  database = await databaseFromText('roots: a; a -> b c; b -> d', undefined, {contents: 'full'});
});

test.each(formats.filter(({isFolder}) => !isFolder).map(({name}) => name))(
  '%s, also when it replaces a file that others could read',
  async (format) => {
    const path = join(temporaryFolder(), 'out');
    const convert = ['convert', database, '--to', format, '-o', path];
    expect(await runGoheap(convert, {after: 'umask 000'})).toMatchObject({status: 0});
    expect(modeOf(path)).toBe('600');
    writeFileSync(path, 'old');
    expect(await runGoheap([...convert, '--force'], {after: `chmod 644 ${path}`})).toMatchObject({status: 0});
    expect(modeOf(path)).toBe('600');
  },
);

test.each(formats.filter(({isFolder}) => isFolder).map(({name}) => name))(
  '%s: the folder and its files, also when it replaces another',
  async (format) => {
    const path = join(temporaryFolder(), 'out');
    const convert = ['convert', database, '--to', format, '-o', path];
    for (const flags of [[], ['--force']]) {
      expect(await runGoheap([...convert, ...flags], {after: `umask 000; chmod 777 ${path} 2> /dev/null || true`})).toMatchObject({
        status: 0,
      });
      expect([path, ...readdirSync(path).map((name) => join(path, name))].map(modeOf)).toEqual([
        '700',
        ...readdirSync(path).map(() => '600'),
      ]);
    }
  },
);

test("a user's own exporter: the file, and the folder that it is made in", async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'own.mjs'),
    `import {chmodSync, statSync, writeFileSync} from 'node:fs';
     import {dirname} from 'node:path';
     export default {name: 'own', extension: '.own', summary: '', losses: [], write(heap, path) {
       writeFileSync(path, (statSync(dirname(path)).mode & 0o777).toString(8));
       writeFileSync(path + '.aside', '');
       chmodSync(path, 0o666);
     }};`,
  );
  const run = await runGoheap(['convert', database, '--to', './own.mjs', '-o', 'out', '--quiet'], {cwd: folder, after: 'umask 000'});
  expect(run).toMatchObject({status: 0, stderr: ''});
  expect([modeOf(join(folder, 'out')), readFileSync(join(folder, 'out'), 'utf8')]).toEqual(['600', '700']);
  expect(readdirSync(folder).sort()).toEqual(['out', 'own.mjs']);
});

test('the cache, which a command lists and clears', async () => {
  const {core, executable} = unpackFixture('tiny-1.26.8');
  const environment = {XDG_CACHE_HOME: temporaryFolder()};
  const folder = join(environment.XDG_CACHE_HOME, 'goheap');
  expect(await goheapHere(['cache'], {environment})).toMatchObject({status: 0, stdout: `No converted cores in ${folder}.\n`});
  const after = `umask 000; chmod 755 ${folder}`;
  expect(await runGoheap(['top', core, '--exe', executable, '--quiet'], {environment, after})).toMatchObject({status: 0, stderr: ''});
  const [entry] = readdirSync(folder) as [string];
  expect([modeOf(folder), modeOf(join(folder, entry))]).toEqual(['700', '600']);

  writeFileSync(join(folder, 'mine.txt'), '');
  writeFileSync(join(folder, `${'0'.repeat(32)}.db`), 'damaged');
  const list = await goheapJson<{entries: object[]}>(['cache'], {environment});
  expect(list.entries).toEqual(
    expect.arrayContaining([
      expect.objectContaining({path: join(folder, entry), core, core_exists: true, goheap_version: expect.any(String)}),
      expect.objectContaining({path: join(folder, `${'0'.repeat(32)}.db`), core: null, goheap_version: null}),
    ]),
  );
  const {stdout} = await goheapHere(['cache'], {environment});
  expect(stdout).toMatch(/^2 in .+, [\d.]+ [KM]iB\nLAST USED +SIZE +GOHEAP +FILE +CORE\n/);
  expect(stdout).toMatch(/ {2}not readable {2}0{32}\.db {2,}-\n/);

  const cleared = await goheapHere(['cache', '--clear'], {environment});
  expect(cleared).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(new RegExp(`^Removed 2 converted cores from ${folder}: .+ [KM]iB\n$`)),
  });
  expect(readdirSync(folder)).toEqual(['mine.txt']);
  expect(existsSync(core)).toBe(true);
});
