import {describe, expect, test} from 'vitest';
import {computeReferrers} from '../../../src/analyses/referrers.js';
import {Gatherer} from '../../../src/answers/gathers.js';
import {HolderSearch} from '../../../src/answers/holder-search.js';
import {computeHolders, type HolderRow} from '../../../src/answers/holders.js';
import type {ToldHeap} from '../../../src/answers/told-heap.js';
import {nodeCount} from '../../../src/graph/objects.js';
import {expectHeldBy, expectPartition} from '../../kit/expect-holders.js';
import {nodeNamed} from '../../kit/graph-from-text.js';
import {randomNamedText, tellText} from '../../kit/told-heaps.js';

const numbered = (count: number, text: (index: number) => string) => Array.from({length: count}, (_, index) => text(index)).join(' ');

/** `NAME TYPE count×, retained` of each row, with what it gathers. */
function print({columns: {graph}}: ToldHeap, rows: readonly HolderRow[]): string[] {
  return rows.map(({kind, name, type, count, retained, gathers}) => {
    const what = gathers ? ` gathers ${gathers.count} × ${graph.types.name[gathers.type]}, ${gathers.retained} at '${gathers.path}'` : '';
    return `${kind} ${name}: ${count} × ${graph.types.name[type]}, ${retained}${what}`;
  });
}

describe('500 random graphs', () => {
  test('every level of the dominator tree is a partition', async () => {
    for (let seed = 0; seed < 500; seed++) {
      const text = `seed ${seed}:\n${randomNamedText(seed)}`;
      const told = await tellText(randomNamedText(seed));
      for (let node = 0; node < nodeCount(told.columns.graph); node++)
        if (node === 0 || told.columns.retained[node]! > 0) expectPartition(told, text, {under: node});
    }
  });

  test('the roots that hold a row equal brute force', async () => {
    let several = 0;
    for (let seed = 0; seed < 500; seed++) {
      const text = randomNamedText(seed);
      const told = await tellText(text);
      const rows = computeHolders(told);
      expectHeldBy(told, rows, `seed ${seed}:\n${text}`);
      const search = new HolderSearch(told.columns, computeReferrers(told.columns.graph));
      several += rows.filter((row) => search.find(row).variables + search.find(row).goroutines > 0).length;
    }
    expect(several).toBeGreaterThan(100);
  });
});

const SERVER = `
  type main.Session 64 Name@0:string; type main.Store 64 byID@8:map items@16:[]*main.Session; type *main.Session 8; type main.Server 64 store@0:*main.Store
  global main.server : *main.Server -> srv; srv : main.Server -> store; store : main.Store -> 16=items
  items : *main.Session x120 -> ${numbered(120, (index) => `s${index}`)}
  ${numbered(120, (index) => `s${index} : main.Session -> n${index};`)}
  ${numbered(120, (index) => `n${index} : uint8 x64 noscan;`)}
  global main.other : *main.Session -> s7 x; x : main.Session size=8192
`;

describe('rows', () => {
  test('of one path and type are one; what a variable holds alone is the variable', async () => {
    const told = await tellText(SERVER);
    expect(print(told, computeHolders(told))).toEqual([
      "global main.server: 1 × *main.Server, 16320 gathers 119 × main.Session, 15232 at '.store.items[…]'",
      'global main.other: 1 × *main.Session, 8192',
      'object main.other: 1 × main.Session, 128',
    ]);
    const shared = await tellText(`${SERVER}; global main.again : []*main.Session -> items`);
    expect(print(shared, computeHolders(shared)).slice(0, 2)).toEqual([
      "object main.again: 1 × *main.Session, 16192 gathers 119 × main.Session, 15232 at '[…]'",
      'global main.other: 1 × *main.Session, 8192',
    ]);
  });

  test('beyond the most that are kept are one row more', async () => {
    const told = await tellText(numbered(9, (index) => `global main.v${index} -> o${index}; o${index} : size=${64 * (index + 1)};`));
    const rows = computeHolders(told, {most: 3});
    expect(print(told, rows)).toEqual([
      'global main.v8: 1 × , 576',
      'global main.v7: 1 × , 512',
      'global main.v6: 1 × , 448',
      'more : 6 × , 1344',
    ]);
    expect(rows.reduce((sum, row) => sum + row.retained, 0)).toBe(told.columns.reachableBytes);
  });

  test('a first row that says too little gives way to the level below it', async () => {
    const told = await tellText(SERVER.replace('x; x : main.Session size=8192', ''));
    const rows = computeHolders(told);
    expect(print(told, rows)).toEqual([
      "object main.server.store: 1 × main.Store, 16256 gathers 119 × main.Session, 15232 at '.items[…]'",
      'object main.other: 1 × main.Session, 128',
      'object main.server: 1 × main.Server, 64', // what the variable points to has no other name, and keeps its slot
    ]);
    expect(print(told, computeHolders(told, {unfold: false}))).toEqual([
      "global main.server: 1 × *main.Server, 16320 gathers 119 × main.Session, 15232 at '.store.items[…]'",
      'object main.other: 1 × main.Session, 128',
    ]);
    expect(rows.reduce((sum, row) => sum + row.retained, 0)).toBe(told.columns.reachableBytes);
    const below = computeHolders(told, {under: nodeNamed(told.columns.graph, 'store')});
    expect(print(told, below)).toEqual([
      "object main.server.store.items: 1 × *main.Session, 16192 gathers 119 × main.Session, 15232 at '[…]'",
    ]);
  });

  test('an object that gives way keeps its own slot', async () => {
    const told = await tellText(`${SERVER.replace('x; x : main.Session size=8192', '')}; global main.second -> srv`);
    expect(print(told, computeHolders(told)).slice(0, 2)).toEqual([
      "object main.server.store: 1 × main.Store, 16256 gathers 119 × main.Session, 15232 at '.items[…]'",
      'object main.other: 1 × main.Session, 128',
    ]);
    expect(print(told, computeHolders(told))[2]).toBe('object main.server: 1 × main.Server, 64');
  });
});

describe('gathers', () => {
  test('the items of a list, although only the first is topmost', async () => {
    const items = numbered(150, (index) => `i${index} : main.Item -> ${index < 149 ? `i${index + 1}` : ''};`);
    const told = await tellText(
      `type main.Item 64 next@0:*main.Item; global main.list : *main.Item -> i0; global main.x -> big; big : size=40960; ${items}`,
    );
    const [, list] = computeHolders(told);
    expect(print(told, [list!])).toEqual(["global main.list: 1 × *main.Item, 9600 gathers 150 × main.Item, 9600 at ''"]);
  });

  test('what shards hold, and not the shards', async () => {
    const shards = numbered(100, (shard) => `h${shard} : main.Shard -> ${numbered(10, (index) => `e${shard * 10 + index}`)};`);
    const entries = numbered(1000, (index) => `e${index} : main.Entry -> v${index}; v${index} : main.Value;`);
    const types = 'type main.Shard 80; type main.Entry 128; type main.Value 128; type main.Cache 800';
    const text = `${types}; global main.cache -> c; c : main.Cache -> ${numbered(100, (shard) => `h${shard}`)}; ${shards} ${entries}`;
    const told = await tellText(`${text}; global main.x -> big; big : size=409600`);
    expect(print(told, computeHolders(told))[1]).toBe("global main.cache: 1 × , 264800 gathers 1000 × main.Entry, 256000 at ''");
  });

  test('the elements of an array up to the length in use', async () => {
    const told = await tellText(
      'type main.Entry 16; type []main.Entry 24; global main.log : []main.Entry -> a; a : main.Entry x300; global main.x -> big; big : size=40960',
    );
    const [, log] = computeHolders(told);
    expect(log!.gathers).toMatchObject({count: 300, retained: 4800});
    const array = nodeNamed(told.columns.graph, 'a') - 1 - told.columns.graph.roots.count;
    const withUsed = (used: number) => computeHolders(told, {usedLength: (object) => (object === array ? used : 0)})[1]!.gathers;
    expect(withUsed(200)).toMatchObject({count: 200, retained: 4800});
    expect(withUsed(99)).toBeUndefined();
  });

  test('nothing where there are few of each type, and the same when asked again', async () => {
    const told = await tellText(SERVER);
    const gatherer = new Gatherer(told);
    const {graph} = told.columns;
    const server = nodeNamed(graph, 'main.server');
    expect(gatherer.gather(Uint32Array.of(nodeNamed(graph, 'main.other')), 8192)).toBeUndefined();
    expect(gatherer.gathersAnything(Uint32Array.of(nodeNamed(graph, 'main.other')))).toBe(false);
    expect(gatherer.gathersAnything(Uint32Array.of(server))).toBe(true);
    const first = gatherer.gather(Uint32Array.of(server), 16320);
    expect(gatherer.gather(Uint32Array.of(server), 16320)).toEqual(first);
  });
});

test('a search that looks at too many pointers says so', async () => {
  const told = await tellText(`${SERVER}; global main.again : []*main.Session -> items; goroutine 1; local l in 1 -> items`);
  const search = new HolderSearch(told.columns, computeReferrers(told.columns.graph));
  const [row] = computeHolders(told);
  const {graph} = told.columns;
  expect(search.find(row!)).toEqual({root: nodeNamed(graph, 'main.again'), variables: 1, goroutines: 1, exact: true});
  expect(search.find(row!, 1)).toMatchObject({root: nodeNamed(graph, 'main.again'), exact: false});
});
