/**
 * The example exporter docs/examples/heapsnapshot.ts in Chromium's own DevTools: the nodes, sizes and retained sizes that it finds.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {heapsnapshot} from '../../docs/examples/heapsnapshot.js';
import {openHeap} from '../../src/library/open-heap.js';
import {writeHeap} from '../../src/library/write-heap.js';
import {findChromium, readInDevTools} from '../kit/devtools-reader.js';
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
    const expected = [heap.id(0), ...heap.roots(), ...heap.objects()].map((id) => {
      const {kind, name: text, size} = heap.node(id);
      return {id, name: text, selfSize: kind === 'object' ? size : 0, retainedSize: heap.retained(id)};
    });
    expect(snapshot.nodes.map(({edges: _, ...node}) => node)).toEqual(expected);
    expect(snapshot.nodes.reduce((sum, {edges}) => sum + edges, 0)).toBeGreaterThan(heap.columns.reachableObjects / 2);
  });
});
