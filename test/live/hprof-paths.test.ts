/**
 * Paths to roots in HPROF files, as three readers of Java heap dumps find them: for each of 20 objects every reader finds one, and each of its steps
 * is a pointer that goheap knows, from a root that goheap knows. What only the file has on the way (elements, strings, entries of maps) is passed over.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {hprof} from '../../formats/hprof/export-hprof.js';
import {type AnalyzedHeap, type NodeId, openHeap} from '../../src/index.js';
import {HprofFile} from '../kit/hprof-reader.js';
import {coreOf, HPROF_TARGETS, nodeOfId, sampleObjects} from '../kit/hprof-targets.js';
import {askPaths, copyReaders, JAVA_READERS, type RootPath} from '../kit/java-readers.js';
import {findObstacle} from '../kit/live-cores.js';

const OBJECTS = 20;
/** Shark looks into 1,024 instances of a class and into no more. */
const FEW = 1000;

/** All of them in the matrix; sizes alone change no path, so the live tier leaves the middle one out. */
const MODES = ([{sizes: 'exact'}, {sizes: 'full'}, {sizes: 'full', maps: 'entries'}] as const).filter(
  (_, index) => index !== 1 || process.env.GOHEAP_TARGETS === 'all',
);

const folder = mkdtempSync(join(tmpdir(), 'goheap-paths-'));
afterAll(() => rmSync(folder, {recursive: true}));
const obstacle = findObstacle() ?? copyReaders(folder);
if (obstacle !== undefined) console.warn(`Paths in HPROF files are not compared with those of Java's tools: ${obstacle}.`);

describe.skipIf(obstacle !== undefined)('paths to roots', () => {
  test.for(HPROF_TARGETS)('%s', async (target, context) => {
    const input = await coreOf(target, folder);
    if ('obstacle' in input) return context.skip(`no core: ${input.obstacle}`);
    await using heap = await (await openHeap(input.core, {executable: input.executable})).analyze();
    for (const options of MODES) {
      const path = join(folder, `${[target, ...Object.values(options)].join('-')}.hprof`); // readers cache by name
      await hprof.write(heap, path, options, {});
      const file = new HprofFile(path);
      const sample = sampleObjects(file, heap, OBJECTS, visibleObjects(file, heap));
      expect(sample.size).toBe(OBJECTS);
      for (const reader of JAVA_READERS) {
        const paths = askPaths(folder, reader, path, [...sample.keys()]);
        expect(paths.length).toBe(OBJECTS);
        for (const [index, [id, node]] of [...sample].entries()) {
          expect([paths[index]!.root === 'none', paths[index]!.ids[0]], `${reader} ${id}`).toEqual([false, id]);
          expectEdges(file, heap, paths[index]!, node);
        }
      }
    }
  });
});

/**
 * Objects that Shark can find: through classes with few instances, and not only through what claims no bytes, which it passes over. The rest are few
 * (docs/hprof.md), and must be.
 */
function visibleObjects(file: HprofFile, heap: AnalyzedHeap): (node: NodeId) => boolean {
  const instances = new Map<string, number>();
  for (const object of file.objects.values()) instances.set(file.className(object), (instances.get(file.className(object)) ?? 0) + 1);
  const seen = new Set(file.roots.map(({id}) => id));
  const queue = [...seen];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const object = file.objects.get(id);
    const own = object ? instances.get(file.className(object))! : 0;
    if (object?.form === 'instance' && (file.classes.get(object.type)!.instanceSize === 0 || own > FEW)) continue;
    const statics = file.classes.get(id)?.statics.flatMap(({type, value}) => (type === 2 ? [Number(value)] : [])) ?? [];
    for (const next of object ? file.referencesOf(object) : statics) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  const ids = new Set([...seen].map((id) => nodeOfId(file, heap, id)));
  return (node) => ids.has(node);
}

/** Steps between a map and what its entries have: directory, table, groups, or a chain of buckets. */
const FAR = 8;

function expectEdges(file: HprofFile, heap: AnalyzedHeap, {ids, root}: RootPath, node: NodeId): void {
  const {edges, roots} = heap.columns.graph;
  const targets = (from: number) => edges.target.subarray(edges.firstEdge[from]!, edges.firstEdge[from + 1]!);
  const known = ids.map((id) => nodeOfId(file, heap, id));
  expect(known[0]).toBe(node);
  let held = node as number;
  let isEntry = false;
  for (const [step, holder] of known.entries()) {
    if (step === 0) continue;
    const object = file.objects.get(ids[step]!);
    if (holder === undefined) isEntry ||= object !== undefined && / entry$/.test(file.className(object));
    else {
      let reached = new Set(targets(holder));
      for (let far = 1; isEntry && far < FAR; far++) reached = new Set([...reached, ...[...reached].flatMap((one) => [...targets(one)])]);
      expect(reached.has(held), `${holder} → ${held} on the path of ${node}`).toBe(true);
      held = holder;
      isEntry = false;
    }
  }
  const holders = Array.from({length: roots.count}, (_, one) => one + 1).filter((one) => targets(one).includes(held));
  expect(holders.length, `${root} → ${held} on the path of ${node}`).toBeGreaterThan(0);
}
