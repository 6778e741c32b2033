/**
 * The example exporter docs/examples/heapsnapshot.ts: read back by a reader that takes nothing for granted, into the graph that it was
 * made from; and as a module on the command line. DevTools itself reads it in test/live/heapsnapshot.test.ts.
 */

import {copyFileSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {heapsnapshot} from '../../../docs/examples/heapsnapshot.js';
import {remember} from '../../../src/base/remember.js';
import type {AnalyzedHeap, Heap} from '../../../src/library/heap.js';
import {writeHeap} from '../../../src/library/write-heap.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {spawnSync} from '../../kit/child-process.js';
import {ZOO} from '../../kit/exported.js';
import {runGoheap} from '../../kit/goheap.js';
import {heapFromText} from '../../kit/library-heap.js';
import {randomGraphText} from '../../kit/random-graph.js';
import {type ReadNode, type ReadSnapshot, readSnapshot} from '../../kit/read-snapshot.js';
import {databaseFromText, temporaryFolder} from '../../kit/small-database.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

async function exportSnapshot(heap: Heap): Promise<{heap: AnalyzedHeap; snapshot: ReadSnapshot}> {
  const path = join(temporaryFolder(), 'x.heapsnapshot');
  await writeHeap(heap, heapsnapshot, path, {});
  return {heap: await heap.analyze(), snapshot: readSnapshot(readFileSync(path, 'utf8'))};
}

/** Nodes, sizes and pointers are those of the heap; behind them stand scalars, to which objects lead besides. */
function expectSameGraph({heap, snapshot}: {heap: AnalyzedHeap; snapshot: ReadSnapshot}): void {
  const ids = [heap.id(0), ...heap.roots(), ...heap.objects()];
  expect(snapshot.nodes.slice(0, ids.length).map(({id}) => id)).toEqual(ids);
  const scalars = new Set(snapshot.nodes.slice(ids.length).map(({id}) => id));
  for (const node of snapshot.nodes.slice(ids.length)) expect(node.selfSize).toBe(0);
  for (const node of snapshot.nodes.slice(0, ids.length)) {
    const {kind, name, size, type} = heap.node(heap.id(node.id));
    if (node.type === 'string') expect(textBehind(heap, node)).toBe(node.name);
    else
      expect(node).toMatchObject({
        name,
        type: kind !== 'object' ? 'synthetic' : (type?.kind ?? 'unknown') === 'unknown' ? 'native' : 'object',
      });
    expect(node.selfSize).toBe(kind === 'object' ? size : 0);
    const live = [...heap.references(heap.id(node.id))].filter(({target}) => heap.retained(target) !== undefined);
    const children = [...heap.roots()].filter((root) => heap.dominator(root) === node.id);
    const pointers = node.edges.filter(({target}) => !scalars.has(target));
    expect(pointers.map(({target}) => target)).toEqual([...children, ...live.map(({target}) => target)]);
    expect(pointers.slice(children.length).map(({name: text}) => text)).toEqual(live.map(({field, offset}) => field ?? `+${offset}`));
  }
  expect(snapshot.totalSize).toBe(heap.columns.reachableBytes);
}

/** What the bytes of an object say, as far as the name of its node goes. */
function textBehind(heap: AnalyzedHeap, {id, name}: ReadNode): string {
  const text = heap.value(heap.id(id)).text()!;
  const rest = name.indexOf('… (');
  return text.replace(/\0+$/, '') === name ? name : text.slice(0, rest) + name.slice(rest);
}

/** As memlab's analysis `object-shallow` compares objects: by their names and by what their properties lead to. */
function sameToMemlab(nodes: readonly ReadNode[]): ReadNode[][] {
  const groups = new Map<string, ReadNode[]>();
  for (const node of nodes) {
    const properties = node.edges.filter(({type}) => type === 'property').map(({name, target}) => [name, target]);
    if (node.type === 'object') remember(groups, JSON.stringify([node.name, properties]), () => []).push(node);
  }
  return [...groups.values()];
}

describe('the same graph', () => {
  test('of the small zoo, with names of fields', async () => {
    const exported = await exportSnapshot(heapFromText(ZOO));
    expectSameGraph(exported);
    const {snapshot} = exported;
    const big = snapshot.nodes.find(({name}) => name === 'main.Big')!;
    expect(big.edges.map(({name}) => name)).toEqual(['In.Y', 'Ptrs[0]', 'Ptrs[2]', 'Tail']);
    const weak = snapshot.nodes.flatMap(({name, edges}) => edges.filter(({type}) => type === 'weak').map((edge) => `${name} ${edge.name}`));
    expect(weak).toEqual(['[3]main.Node [1].Next']);
  });

  test('of random ones, and what DevTools will call retained is', async () => {
    for (let seed = 0; seed < 60; seed++) {
      const exported = await exportSnapshot(heapFromText(randomGraphText(seed)));
      expectSameGraph(exported);
      for (const {id} of exported.snapshot.nodes)
        expect(exported.snapshot.retained(id), `seed ${seed}`).toBe(exported.heap.retained(exported.heap.id(id)));
    }
  });

  test('of a recorded core', async () => {
    expectSameGraph(await exportSnapshot(await analyzedFixture('tiny-1.26.8')));
  });
});

test('numbers, booleans and texts are there: only what has the same contents is called a duplicate', async () => {
  const {heap, snapshot} = await exportSnapshot(await analyzedFixture('zoo-1.26.8'));
  const contents = ({id}: ReadNode) => Buffer.from(heap.value(heap.id(id)).bytes() ?? []).toString('latin1');
  let [compared, called] = [0, 0];
  for (const group of sameToMemlab(snapshot.nodes)) {
    const {type} = heap.node(heap.id(group[0]!.id));
    if (!/^(u?int\d*|uintptr|float\d+|complex\d+|bool)$/.test(type!.name)) continue;
    compared += group.length;
    if (group.length > 1) called++;
    expect(new Set(group.map(contents)).size, group[0]!.name).toBe(1);
  }
  expect(compared).toBeGreaterThan(50);
  expect(called).toBeLessThan(compared / 2);
  const texts = snapshot.nodes.filter(({type, selfSize}) => type === 'string' && selfSize > 0);
  for (const {id, name} of texts)
    if (name.length < 1000) expect(contents({id} as ReadNode).startsWith(Buffer.from(name).toString('latin1'))).toBe(true);
  expect(texts.length).toBeGreaterThan(4000); // the keys of main.GMapLargeS
});

test('compiled beside an installed goheap, it is a format for goheap convert', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/goheap'));
  copyFileSync(join(ROOT, 'docs/examples/heapsnapshot.ts'), join(folder, 'heapsnapshot.ts'));
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types'), '--skipLibCheck'];
  const flags = ['--module', 'nodenext', '--target', 'es2022', ...types];
  const compiled = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), [...flags, 'heapsnapshot.ts'], {cwd: folder, encoding: 'utf8'});
  expect(compiled.stdout).toBe('');
  const run = runGoheap(['convert', await databaseFromText(ZOO), '--to', './heapsnapshot.js', '-o', 'zoo.heapsnapshot'], {cwd: folder});
  expect(run.status, run.stderr).toBe(0);
  expect(readSnapshot(readFileSync(join(folder, 'zoo.heapsnapshot'), 'utf8')).nodes.length).toBeGreaterThan(10);
});
