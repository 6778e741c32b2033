/** Every command on a small database: its JSON, its table, and the ways to name an object. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import {memory} from '../../kit/bytes-in-memory.js';
import {goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {graphFromText, nodeNamed} from '../../kit/graph-from-text.js';
import {databaseFromText, temporaryFolder} from '../../kit/small-database.js';

const TEXT = `
  type main.Item 32 ID@0:int Name@8:string Next@24:*main.Item
  type main.Cache 32 lock@0:int items@8:[]*main.Item
  global main.cache : *main.Cache -> cache
  goroutine 17 -> 16=last
  local item in 17 : *main.Item -> first
  local item2 in 17 -> 0=last
  global main.any : int -> any
  cache : main.Cache -> 8=table
  table : *main.Item x4 evidence=element -> 24=first
  first : main.Item size=48 -> 24=second
  second : main.Item size=48 -> 24=first 8=name
  last : main.Item size=48
  name : uint8 x5 noscan
  any -> 16=name
  dead : main.Item size=48 -> 24=name
  meta go_version=go1.26.8
`;
const GRAPH = graphFromText(TEXT);
const id = (name: string) => String(nodeNamed(GRAPH, name));
let database = '';
beforeAll(async () => {
  database = await databaseFromText(TEXT);
});

interface Steps {
  readonly id: number;
  readonly paths: {readonly expression: string; readonly steps: {readonly node_id: number}[]}[];
}

test('info', async () => {
  const info = await goheapJson<{facts: Record<string, unknown>; roots: unknown[]}>(['info', database]);
  expect(info.facts).toMatchObject({go_version: 'go1.26.8', heap_objects: 8, reachable_objects: 7, contents: 'preview'});
  expect(info.roots).toContainEqual({kind: 'local', roots: 2});
  const {stdout, status} = await goheapHere(['info', database]);
  expect([status, stdout]).toEqual([0, expect.stringMatching(/go version +go1\.26\.8/)]);
});

test('goroutines, one by one and grouped, with their locals', async () => {
  const [goroutine] = await goheapJson<Record<string, unknown>[]>(['goroutines', database]);
  expect(goroutine).toMatchObject({id: 17, retained: 48, system: 0, frames: []});
  const [group] = await goheapJson<Record<string, unknown>[]>(['goroutines', database, '--group', '--locals']);
  expect(group).toMatchObject({goroutines: 1, id: 17, retained: 48, frames: []});
  const {stdout} = await goheapHere(['goroutines', database, '--bytes']);
  expect(stdout).toMatch(/^goroutine 17 \[.*\] {2}retains 48 {2}stack 8192\n/);
});

test('histogram by type, package and kind, filtered and limited', async () => {
  const types = await goheapJson<{type: string; bytes: number; objects: number}[]>(['histogram', database]);
  expect(types[0]).toMatchObject({type: 'main.Item', bytes: 144, objects: 3});
  expect(await goheapJson(['histogram', database, '--filter', 'CACHE'])).toMatchObject([{type: 'main.Cache'}]);
  expect(await goheapJson(['histogram', database, '--top', '1'])).toHaveLength(1);
  expect((await goheapJson<{package: string}[]>(['histogram', database, '--by', 'package']))[0]).toMatchObject({
    package: 'main',
    bytes: 240,
    owners: 3,
  });
  expect((await goheapJson<{kind: string}[]>(['histogram', database, '--by', 'kind'])).map(({kind}) => kind)).toContain('unknown');
  const {stdout} = await goheapHere(['histogram', database, '--bytes', '--top', '1']);
  expect(stdout.trim().split(/\s+/)).toEqual([
    'BYTES',
    'SHARE',
    'OBJECTS',
    'VALUES',
    'RETAINED',
    'TYPE',
    '144',
    '60.0%',
    '3',
    '3',
    '144',
    'main.Item',
  ]);
});

test('top: holders, and the rest as one row', async () => {
  const holders = await goheapJson<{rank: number; name: string; kind: string; retained: number}[]>(['top', database, '--top', '2']);
  expect(holders.map(({name, kind, retained}) => [name, kind, retained])).toEqual([
    ['main.cache.items[…]', 'object', 96],
    ['main.cache', 'global', 64],
    [null, 'more', 80],
  ]);
  const {stdout} = await goheapHere(['top', database, '--top', '1', '--bytes']);
  expect(stdout).toMatch(/^RANK +RETAINED +SHARE +COUNT +NAME +TYPE\n {3}1 .+\n/);
  expect(stdout).toMatch(/ rows more\n$/);
});

test('top --under: the next level; what retains nothing', async () => {
  const rows = await goheapJson<{rank: number; name: string; retained: number}[]>(['top', database, '--under', 'main.cache']);
  expect(rows.map(({rank, name, retained}) => [rank, name, retained])).toEqual([
    [1, 'main.cache', 32],
    [2, 'main.cache.items', 32],
  ]);
  const {stdout} = await goheapHere(['top', database, '--under', 'item']);
  expect(stdout).toBe('item keeps nothing alive alone: other paths lead to all that it points to.\n');
  expect(await goheapHere(['top', database, '--under', id('dead')])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('nothing reaches it'),
  });
});

test('top --all: single nodes, chains folded', async () => {
  const top = await goheapJson<{rank: number; id: number; retained: number; folded: number[]}[]>(['top', database, '--all', '--top', '3']);
  expect(top.map(({rank, retained}) => [rank, retained])).toEqual([
    [1, 96],
    [2, 64],
    [4, 48],
  ]);
  expect(top[1]!.folded).toEqual([Number(id('cache'))]);
  expect(top[0]!.id).toBe(Number(id('first')));
  const {stdout} = await goheapHere(['top', database, '--all']);
  expect(stdout).toContain(`down the chain, each nearly all of it: ${id('cache')}\n`);
});

test('path: telling or shortest, all, and around a pointer', async () => {
  const telling = await goheapJson<Steps>(['path', database, id('second')]);
  expect(telling.paths.map(({expression}) => expression)).toEqual(['main.cache.items[3].Next']);
  const shortest = await goheapJson<Steps>(['path', database, id('second'), '--shortest']);
  expect(shortest.paths.map(({expression}) => expression)).toEqual(['goroutine 17 item.Next']);
  expect(shortest.paths[0]!.steps.map((step) => step.node_id)).toEqual(
    ['goroutine 17', 'item', 'first', 'second'].map((name) => Number(id(name))),
  );
  const all = await goheapJson<Steps>(['path', database, id('second'), '--all', '5']);
  expect(all.paths.map(({expression}) => expression)).toEqual(['main.cache.items[3].Next', 'goroutine 17 item.Next']);
  expect(all).toMatchObject({exact: true, paths: [{count: 1}, {count: 1}]});
  expect(all.paths.map(({steps}) => steps)).toEqual([telling.paths[0]!.steps, shortest.paths[0]!.steps]);
  for (const edge of [id('item'), `${id('item')}+0`, `${id('first')}+24`]) {
    const avoiding = await goheapJson<Steps>(['path', database, id('second'), '--avoid', edge]);
    expect(
      avoiding.paths.map(({expression}) => expression),
      edge,
    ).toEqual(edge === `${id('first')}+24` ? [] : ['main.cache.items[3].Next']);
  }
  expect(await goheapJson(['path', database, id('dead')])).toEqual({id: Number(id('dead')), exact: null, paths: []});
  expect((await goheapHere(['path', database, id('dead')])).stdout).toContain('garbage');
  expect((await goheapHere(['path', database, id('second')])).stdout).toMatch(/^main\.cache\.items\[3\]\.Next\nSTEP/);
});

test('object: by id, by any address inside, by name, by goroutine', async () => {
  for (const name of [id('cache'), '0xc000000000', '0xC00000001f', ' 0xc000000010']) {
    expect(await goheapJson(['object', database, name]), name).toMatchObject({
      id: Number(id('cache')),
      type: 'main.Cache',
      retained: 64,
      used: 32,
    });
  }
  const cache = await goheapJson<{outbound: object[]; inbound: object[]; dominated: object[]}>(['object', database, 'main.cache']);
  expect(cache).toMatchObject({id: Number(id('main.cache')), kind: 'global', value: {missing: 'not-kept'}});
  expect(cache.outbound).toMatchObject([{target_id: Number(id('cache')), releases: 64}]);
  expect(await goheapJson(['object', database, 'goroutine 17'])).toMatchObject({
    kind: 'goroutine',
    outbound: [{target_id: Number(id('last'))}],
  });
  const {stdout} = await goheapHere(['object', database, id('cache')]);
  for (const part of ['retained', 'Points to', 'items', 'Pointed to by', 'main.cache', 'Keeps alive alone']) expect(stdout).toContain(part);
});

test('object: with the contents kept, its value', async () => {
  const address = (name: string) => GRAPH.spans.start[nodeNamed(GRAPH, name) - nodeNamed(GRAPH, 'cache')]!; // one span each, up to first
  const contents = memory({
    [address('cache')]: [5, address('table'), 4, 4],
    [GRAPH.spans.start[2]!]: [42, GRAPH.spans.start.at(-1)!, 5, 0],
  });
  const full = await databaseFromText(TEXT, contents, {contents: 'full'});
  expect(await goheapJson(['object', full, id('cache')])).toMatchObject({value: {data: {lock: 5}}});
  expect((await goheapHere(['object', full, id('any')])).stdout).toContain('missing: untyped');
});

test('what names nothing, or several things, is wrong usage with a hint', async () => {
  for (const name of ['0x10', '0', '99', 'main.missing', 'goroutine 99', '-']) {
    expect(await goheapHere(['object', database, name]), name).toMatchObject({status: 2, stderr: expect.stringContaining('Try this:')});
  }
  const twice = await databaseFromText('goroutine 1; goroutine 2; local x in 1 -> a; local y in 2 -> b; local main.x in 2 -> a');
  expect(await goheapJson(['object', twice, 'x'])).toMatchObject({name: 'x'});
});

test('query: table, CSV and JSON', async () => {
  const sql = `SELECT id, name, NULL AS none, x'00ff' AS data FROM types WHERE name = 'main.Item' OR name = 'int' ORDER BY name`;
  expect((await goheapHere(['query', database, sql])).stdout.split('\n').map((line) => line.trim().split(/ +/))).toEqual([
    ['ID', 'NAME', 'NONE', 'DATA'],
    [expect.any(String), 'int', '-', '00ff'],
    [expect.any(String), 'main.Item', '-', '00ff'],
    [''],
  ]);
  expect(await goheapJson(['query', database, sql])).toMatchObject([{name: 'int', none: null, data: '00ff'}, {name: 'main.Item'}]);
  const csv = await goheapHere(['query', database, `SELECT 'a,"b' AS "x y", 1.5 AS n, NULL AS z`, '--csv']);
  expect(csv.stdout).toBe('x y,n,z\n"a,""b",1.5,\n');
  expect(await goheapJson(['query', database, 'SELECT 1 AS a WHERE 0'])).toEqual([]);
  const many = await goheapJson<{n: number}[]>([
    'query',
    database,
    'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 5000) SELECT n FROM c',
  ]);
  expect([many.length, many.at(-1)]).toEqual([5000, {n: 5000}]);
});

test('query: refuses all but one reading statement', async () => {
  const other = join(temporaryFolder(), 'other.db');
  for (const sql of [
    'DELETE FROM meta',
    'SELECT 1; SELECT 2',
    `ATTACH '${other}' AS o`,
    `VACUUM INTO '${other}'`,
    'PRAGMA query_only = 0',
    '',
    'SELECT nothing',
    'SELECT 1 AS a, 2 AS a',
  ]) {
    expect(await goheapHere(['query', database, sql]), sql).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Error: .+\nTry this: /),
    });
  }
  expect(existsSync(other)).toBe(false);
});

test("convert: a database to a database, and to the user's own format", async () => {
  const folder = temporaryFolder();
  const result = await goheapJson<{output: string; objects: number}>(['convert', database, '--to', 'sqlite'], {cwd: folder});
  expect(result).toMatchObject({output: 'heap.db.db', format: 'sqlite', objects: 8, edges: 12, complete: true});
  expect(await goheapJson(['histogram', join(folder, 'heap.db.db')])).toEqual(await goheapJson(['histogram', database]));
  const java = await goheapHere(['convert', database, '--to', 'hprof', '-o', 'a.hprof'], {cwd: folder});
  expect(java.status).toBe(0);
  expect(java.stderr).toMatch(
    /^Note: this database does not hold the bytes of objects: numbers and texts of the program are missing or zero\. Convert the core/m,
  );
  for (const flags of [['--contents', 'none'], ['--quiet']]) {
    expect(
      (await goheapHere(['convert', database, '--to', 'hprof', '-o', 'a.hprof', '--force', ...flags], {cwd: folder})).stderr,
    ).not.toContain('Note:');
  }
  writeFileSync(
    join(folder, 'ids.mjs'),
    `import {writeFile} from 'node:fs/promises';
     export default {name: 'ids', extension: '.ids', summary: '', losses: [], write: (heap, path) => writeFile(path, [...heap.objects()].join(' '))};`,
  );
  const own = await goheapHere(['convert', database, '--to', './ids.mjs', '-o', 'out.ids'], {cwd: folder});
  expect(own).toMatchObject({status: 0, stdout: expect.stringMatching(/^out\.ids: \d+ B, 8 objects, 12 pointers, 5 roots\n$/)});
  expect(readFileSync(join(folder, 'out.ids'), 'utf8').split(' ')).toHaveLength(7);
  // Nobody shall believe in a redaction that the exporter knows nothing of.
  const redacted = await goheapHere(['convert', database, '--to', './ids.mjs', '-o', 'new.ids', '--redact', 'x'], {cwd: folder});
  expect(redacted).toMatchObject({status: 2, stderr: expect.stringContaining("ids: takes no option 'redact'")});
  writeFileSync(
    join(folder, 'options.mjs'),
    `import {writeFile} from 'node:fs/promises';
     const options = {order: {kind: 'choice', values: ['up', 'down'], help: ''}, all: {kind: 'switch', help: ''}, redact: {kind: 'pattern', help: ''}};
     const write = (heap, path, {order, all, redact}) => writeFile(path, [order, all, redact].join(' '));
     export default {name: 'own', extension: '.own', summary: '', losses: [], options, write};`,
  );
  const given = ['--option', 'order=down', '--option', 'all', '--redact', 'a=b'];
  expect(await goheapHere(['convert', database, '--to', './options.mjs', '-o', 'out.own', ...given], {cwd: folder})).toMatchObject({
    status: 0,
  });
  expect(readFileSync(join(folder, 'out.own'), 'utf8')).toBe('down true /a=b/m');
  const wrong = await goheapHere(['convert', database, '--to', './options.mjs', '--option', 'order=left'], {cwd: folder});
  expect(wrong).toMatchObject({status: 2, stderr: expect.stringMatching(/order cannot be 'left'[\s\S]*up, down/)});
  const {stdout: help} = await goheapHere(['convert', '--help']);
  for (const part of ['HPROF FLAGS', 'PPROF FLAGS', 'FORMAT FLAGS', 'else telling', 'not with --to or -o']) expect(help).toContain(part);
  expect(await goheapJson(['convert', '--list'])).toContainEqual(
    expect.objectContaining({name: 'pprof', options: ['contents', 'redact', 'paths']}),
  );
  expect((await goheapHere(['convert', '--list'])).stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  expect(await goheapHere(['convert', '--list'])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^NAME +EXTENSION.+\nsqlite +\.db/),
  });
});
