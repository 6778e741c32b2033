/**
 * The example exporter docs/examples/heapsnapshot.ts: read back by a reader that takes nothing for granted, into the graph that it was
 * made from; and as a module on the command line. DevTools itself reads it in test/live/heapsnapshot.test.ts.
 */

import {copyFileSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {heapsnapshot} from '../../../docs/examples/heapsnapshot.js';
import type {AnalyzedHeap, Heap} from '../../../src/library/heap.js';
import {openHeap} from '../../../src/library/open-heap.js';
import {writeHeap} from '../../../src/library/write-heap.js';
import {spawnSync} from '../../kit/child-process.js';
import {ZOO} from '../../kit/exported.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {runGoheap} from '../../kit/goheap.js';
import {heapFromText} from '../../kit/library-heap.js';
import {randomGraphText} from '../../kit/random-graph.js';
import {type ReadSnapshot, readSnapshot} from '../../kit/read-snapshot.js';
import {databaseFromText, temporaryFolder} from '../../kit/small-database.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

async function exportSnapshot(heap: Heap): Promise<{heap: AnalyzedHeap; snapshot: ReadSnapshot}> {
  const path = join(temporaryFolder(), 'x.heapsnapshot');
  await writeHeap(heap, heapsnapshot, path, {});
  return {heap: await heap.analyze(), snapshot: readSnapshot(readFileSync(path, 'utf8'))};
}

/** Nodes, sizes and pointers are those of the heap. */
function expectSameGraph({heap, snapshot}: {heap: AnalyzedHeap; snapshot: ReadSnapshot}): void {
  const ids = [heap.id(0), ...heap.roots(), ...heap.objects()];
  expect(snapshot.nodes.map(({id}) => id)).toEqual(ids);
  for (const node of snapshot.nodes) {
    const {kind, name, size} = heap.node(heap.id(node.id));
    const expected = kind === 'object' ? {type: 'object', selfSize: size} : {type: 'synthetic', selfSize: 0};
    expect(node).toMatchObject({name, ...expected});
    const live = [...heap.references(heap.id(node.id))].filter(({target}) => heap.retained(target) !== undefined);
    const children = [...heap.roots()].filter((root) => heap.dominator(root) === node.id);
    expect(node.edges.map(({target}) => target)).toEqual([...children, ...live.map(({target}) => target)]);
    const fields = live.map(({field, offset}) => field ?? `+${offset}`);
    const texts = node.edges.map(({type, name: text}) => (type === 'element' ? `[${text}]` : String(text)));
    expect(texts.slice(children.length)).toEqual(fields);
  }
  expect(snapshot.totalSize).toBe(heap.columns.reachableBytes);
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
    const {core, executable} = unpackFixture('tiny-1.26.8');
    await using opened = await openHeap(core, {executable, analyze: true});
    expectSameGraph(await exportSnapshot(opened));
  });
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
