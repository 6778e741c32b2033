/**
 * Values level by level, as the page asks for them: against what the fixture programs printed of themselves, and each part against the same part
 * asked for by its path.
 */
import {afterAll, expect, test} from 'vitest';
import {findByName} from '../../../../src/database/queries/node-lookup.js';
import {runQuery} from '../../../../src/database/queries/run-query.js';
import {openStoredValues} from '../../../../src/database/stored-values.js';
import {openDatabase} from '../../../../src/sql/index.js';
import type {ValueRequest, ValueTree} from '../../../../viewer/protocol.js';
import {ValueReader} from '../../../../viewer/server/value-reader.js';
import {exportText} from '../../../kit/exported.js';
import {openFixtureDatabase} from '../../../kit/fixture-database.js';
import {unpackFixture} from '../../../kit/fixtures.js';
import {nodeNamed} from '../../../kit/graph-from-text.js';
import {readTruth} from '../../../oracle/truth.js';

const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

interface Reading {
  readonly nodes: readonly number[];
  read(request: ValueRequest): Promise<ValueTree>;
  global(name: string): Promise<number>;
}

async function openFixture(name: string, withDump = true): Promise<Reading> {
  const {core, executable} = unpackFixture(name);
  const database = await openFixtureDatabase(name);
  const values = await openStoredValues(database.name, withDump ? {path: core, executable} : {path: '/nothing/core'});
  const queries = await openDatabase(database.name);
  closers.push(
    () => values.close(),
    () => void queries.close(),
    () => void database.close(),
  );
  const reader = new ValueReader(queries, values);
  const nodes = database
    .prepare("SELECT id FROM roots WHERE kind IN ('global', 'local') UNION ALL SELECT id FROM objects WHERE id % 301 = 0")
    .pluck()
    .all();
  return {
    nodes: nodes as number[],
    read: (request) => reader.read(request),
    global: async (wanted) => (await runQuery(queries, findByName, {name: `main.${wanted}`}))[0]!.id!,
  };
}

/** All parts, in pages of a few. */
async function readAll(reading: Reading, request: ValueRequest, page = 7): Promise<ValueTree> {
  const first = await reading.read({...request, skip: 0, limit: page});
  const parts = [...(first.parts ?? [])];
  for (let last = parts.length; last === page; ) {
    const more = (await reading.read({...request, skip: parts.length, limit: page})).parts ?? [];
    parts.push(...more);
    last = more.length;
  }
  return {...first, parts};
}

test.each(['zoo-1.26.8', 'maps-1.21.13'])('%s: a part that is asked for by its path is the part that was shown', async (name) => {
  const reading = await openFixture(name);
  const kinds = new Set<string>();
  let compared = 0;
  const walk = async (node: number, path: readonly string[], shown: ValueTree | undefined, depth: number): Promise<void> => {
    const {parts = [], lines = [], ...tree} = await reading.read({node, path, limit: 6});
    kinds.add(tree.kind);
    if (shown) {
      const {senders: _, receivers: __, ...rest} = tree.remark?.startsWith('The parts') ? {...tree, remark: undefined} : tree;
      expect(rest, `${node} ${path.join('.')}`).toEqual(shown); // undefined is as absent
      compared++;
    }
    expect(lines.length).toBe(tree.missing ? 0 : Math.min(6, tree.lineCount ?? 0));
    if (parts.length === 0 && tree.partCount) expect(tree.remark).toContain('cannot be read');
    else expect(parts.length).toBe(tree.missing ? 0 : Math.min(6, tree.partCount ?? 0));
    if (tree.kind === 'struct' && parts.length === tree.partCount && parts.length > 0) {
      const last = parts.at(-1)!;
      for (const [at, {offset, padding = 0, value}] of parts.entries())
        expect(offset! + value.size! + padding, `${tree.type} ${at}`).toBe(parts[at + 1]?.offset ?? tree.size);
      expect(last.offset! + last.value.size! + (last.padding ?? 0)).toBe(tree.size);
    }
    if (depth === 0) return;
    for (const {key, value, mapKey} of parts) {
      if (value.remark?.startsWith('A field')) continue; // cannot be asked for
      await walk(node, [...path, key], value, depth - 1);
      if (mapKey) await walk(node, [...path, `${key}k`], mapKey, 0);
    }
  };
  for (const node of reading.nodes) await walk(node, [], undefined, 2);
  expect(compared).toBeGreaterThan(500);
  const common = ['ptr', 'struct', 'string', 'slice', 'array', 'map', 'chan', 'func', 'interface', 'int'];
  expect([...kinds]).toEqual(expect.arrayContaining(common));
});

test('maps, slices and channels: every entry of which the program says that it is there', async () => {
  const reading = await openFixture('maps-1.21.13');
  const {facts} = readTruth(unpackFixture('maps-1.21.13').truth);
  let entries = 0;
  for (const [fact, text] of Object.entries(facts)) {
    const [what, place = ''] = fact.split(' ');
    const [name, ...fields] = place.split('.');
    if (what !== 'map' || fields.length > 0) continue;
    const pairs = JSON.parse(text) as [unknown, unknown][] | null;
    const tree = await readAll(reading, {node: await reading.global(name!)});
    expect([tree.kind, tree.partCount ?? 0, tree.parts!.length], fact).toEqual(['map', pairs?.length ?? 0, pairs?.length ?? 0]);
    if (pairs === null) expect(tree.text).toBe('nil');
    if (pairs?.every(([key]) => typeof key === 'string' || (typeof key === 'number' && Number.isInteger(key)))) {
      expect(tree.parts!.map(({label}) => label).sort()).toEqual(pairs.map(([key]) => String(key).slice(0, 100)).sort());
      entries += pairs.length;
    }
  }
  expect(entries).toBeGreaterThan(500);
});

test('channels say who waits', async () => {
  const reading = await openFixture('maps-1.21.13');
  const {facts} = readTruth(unpackFixture('maps-1.21.13').truth);
  const waiters = Object.fromEntries(JSON.parse(facts.waiters!) as [string, number[]][]);
  expect((await reading.read({node: await reading.global('CFull')})).senders).toEqual(waiters.CFull);
  expect((await reading.read({node: await reading.global('CEmpty')})).receivers).toEqual(waiters.CEmpty);
});

test('a large map: pages forwards, backwards and from the middle are the same', async () => {
  const reading = await openFixture('zoo-1.26.8');
  const node = await reading.global('GMapLargeS');
  const all = await readAll(reading, {node}, 500);
  expect(all.parts).toHaveLength(all.length!);
  expect(new Set(all.parts!.map(({label}) => label)).size).toBe(all.length);
  for (const skip of [4999, 10, 9, 0, 4000, 4010, 123]) {
    const {parts} = await reading.read({node, skip, limit: 10});
    expect(parts).toEqual(all.parts!.slice(skip, skip + 10));
    const inside = await reading.read({node, path: [parts![0]!.key]});
    expect(inside.text).toBe(parts![0]!.value.text);
  }
  expect((await reading.read({node, skip: 1e6})).parts).toEqual([]);
});

test('a path to nothing is refused', async () => {
  const reading = await openFixture('zoo-1.26.8');
  const node = await reading.global('GMapLargeS');
  for (const path of [['x'], ['999999'], ['*'], ['0', '0'], ['0k', '0'], ['-1'], ['0kk']])
    await expect(reading.read({node, path}), path.join('.')).rejects.toThrow('has no part');
});

test('without the dump: says so, and what is known of the type stays', async () => {
  const reading = await openFixture('zoo-1.26.8', false);
  const tree = await reading.read({node: await reading.global('GTree')});
  expect(tree).toMatchObject({
    kind: 'ptr',
    type: '*main.TreeNode',
    missing: 'not-kept',
    remark: expect.stringContaining('--contents full'),
  });
});

test('bytes of which no type is known are shown as they are', async () => {
  const bytes = Uint8Array.from({length: 4096}, (_, at) => at);
  const contents = {bytes: (address: number, length: number) => bytes.subarray(address & 0xfff, (address & 0xfff) + length)};
  const {path, graph} = await exportText('type uint8 1 kind=uint8; roots: a; a size=32; b : uint8', {contents: 'full'}, contents);
  const values = await openStoredValues(path);
  const database = await openDatabase(path);
  const tree = await new ValueReader(database, values).read({node: nodeNamed(graph, 'a')});
  expect(tree).toMatchObject({kind: 'unknown', size: 32, missing: 'untyped', text: expect.stringMatching(/^[0-9a-f]{64}$/)});
  values.close();
  await database.close();
});
