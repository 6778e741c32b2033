/**
 * The example exporter docs/examples/heapsnapshot.ts in Chromium's own DevTools: the nodes, sizes and retained sizes that it finds.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {heapsnapshot} from '../../docs/examples/heapsnapshot.js';
import type {AnalyzedHeap} from '../../src/library/heap.js';
import {openHeap} from '../../src/library/open-heap.js';
import {writeHeap} from '../../src/library/write-heap.js';
import {type DevToolsNode, findChromium, readInDevTools} from '../kit/devtools-reader.js';
import {unpackFixture} from '../kit/fixtures.js';

const chromium = findChromium();
if (chromium === undefined) console.warn('DevTools does not read the .heapsnapshot: no chromium on the path.');

describe.skipIf(chromium === undefined)('DevTools', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-devtools-'));
  afterAll(() => rmSync(folder, {recursive: true, maxRetries: 20})); // the browser's last processes may still write;

  test.each(['zoo-1.22.12', 'zoo-1.26.8', 'stacks-1.26.8'])('%s: every node with its size and what it retains', async (name) => {
    const {core, executable} = unpackFixture(name);
    await using opened = await openHeap(core, {executable, analyze: true});
    const heap = await opened.analyze();
    const path = join(folder, `${name}.heapsnapshot`);
    await writeHeap(heap, heapsnapshot, path, {});
    const snapshot = await readInDevTools(chromium!, readFileSync(path, 'utf8'), join(folder, name));
    expect(snapshot.totalSize).toBe(heap.columns.reachableBytes);
    const ids = [heap.id(0), ...heap.roots(), ...heap.objects()];
    const sizes = snapshot.nodes.slice(0, ids.length).map(({id, selfSize, retainedSize}) => ({id, selfSize, retainedSize}));
    expect(sizes).toEqual(
      ids.map((id) => ({id, selfSize: heap.node(id).kind === 'object' ? heap.node(id).size : 0, retainedSize: heap.retained(id)})),
    );
    expectNames(heap, snapshot.nodes.slice(0, ids.length));
    const scalars = snapshot.nodes.slice(ids.length);
    expect(scalars.length).toBeGreaterThan(100);
    for (const {selfSize, retainedSize} of scalars) expect([selfSize, retainedSize]).toEqual([0, 0]);
    expect(snapshot.nodes.reduce((sum, {edges}) => sum + edges, 0)).toBeGreaterThan(heap.columns.reachableObjects / 2);
  });
});

/** The names of variables and types, or what is written in an object of bytes. */
function expectNames(heap: AnalyzedHeap, nodes: readonly DevToolsNode[]): void {
  let texts = 0;
  for (const {id, name} of nodes) {
    const node = heap.node(heap.id(id));
    if (name === node.name) continue;
    texts++;
    expect(node.type?.name).toBe('uint8');
    expect(heap.value(node.id).text()!.startsWith(name.split('… (')[0]!)).toBe(true);
  }
  expect(texts).toBeGreaterThan(20);
}
