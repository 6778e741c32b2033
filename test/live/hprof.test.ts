/**
 * HPROF files in the libraries behind VisualVM (NetBeans, gridkit) and LeakCanary (Shark): they open them without complaint and see what goheap
 * sees. GOHEAP_HPROF_CHECK names the program that asks them: `FILE -top N -path ID` prints their answers as JSON.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {hprof} from '../../formats/hprof/export.js';
import {getBit} from '../../src/base/bitset.js';
import {addressOf, nodeOfObject} from '../../src/graph/objects.js';
import {type AnalyzedHeap, type NodeId, openHeap} from '../../src/index.js';
import {HprofFile, type HprofObject} from '../kit/hprof-reader.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';

const check = process.env.GOHEAP_HPROF_CHECK;
const obstacle = check === undefined ? 'GOHEAP_HPROF_CHECK is not set' : findObstacle('java');
if (obstacle !== undefined) console.warn(`The live tests of hprof are skipped: ${obstacle}.`);

interface Consumer {
  readonly errors: readonly string[];
  readonly instances: number;
  readonly rootsWithoutObject: number;
  readonly danglingReferences?: {readonly count: number};
  readonly strings: {readonly count: number; readonly first: readonly {readonly id: string; readonly value: string}[]};
  readonly threads: {
    readonly count: number;
    readonly first: readonly {readonly name: string; readonly frames: readonly {readonly at?: string}[]}[];
  };
  readonly biggestRetained: readonly {readonly id: string; readonly size: number; readonly retained: number}[];
  readonly pathToRoot?: {readonly root: string | null; readonly steps: readonly {readonly object: string}[]};
  readonly objects?: readonly {readonly id: string; readonly class: string; readonly size: number}[];
}

function ask(file: string, ...options: string[]): Record<'nb' | 'grid' | 'shark', Consumer> {
  const {stdout, stderr} = spawnSync(check!, [file, ...options], {encoding: 'utf8', maxBuffer: 1 << 28});
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as {consumers: Record<'nb' | 'grid' | 'shark', Consumer>}).consumers;
}

/** An object with what the file has of it beside: characters, parts, strings in front of others. */
function ownSize(file: HprofFile, object: HprofObject, known: ReadonlySet<number>): number {
  let size = file.netBeansSize(object);
  for (const id of file.referencesOf(object)) {
    const other = file.objects.get(id);
    if (other && id > 2 ** 32 && !known.has(id)) size += ownSize(file, other, known);
  }
  return size;
}

/** What NetBeans must say each object retains: goheap's dominator tree, and the sizes of the file. */
function expectedRetained(file: HprofFile, heap: AnalyzedHeap): Map<number, number> {
  const {graph, reachable, dominator} = heap.columns;
  const ids = Array.from({length: graph.objects.count}, (_, object) =>
    file.idSize === 4 ? nodeOfObject(graph, object) : addressOf(graph, object),
  );
  const known = new Set(ids);
  const retained = new Map<number, number>();
  for (const [object, id] of ids.entries()) {
    const node = nodeOfObject(graph, object);
    if (!getBit(reachable, node)) continue;
    const size = ownSize(file, file.objects.get(id)!, known);
    for (let at = node; at > graph.roots.count; at = dominator[at]!) {
      const own = ids[at - 1 - graph.roots.count]!;
      retained.set(own, (retained.get(own) ?? 0) + size);
    }
  }
  return retained;
}

describe.skipIf(obstacle !== undefined)('hprof', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-hprof-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const targets = ['zoo-1.21.13', 'zoo-1.24.13', 'zoo-1.26.8', 'zoo-1.26.8-stripped'];
  const cases = targets.flatMap((target) => (['exact', 'full'] as const).map((sizes) => ({target, sizes})));

  test.each(cases)('$target, sizes $sizes', async ({target, sizes}) => {
    const {core, executable} = makeCore(target);
    await using heap = await (await openHeap(core, {executable})).analyze();
    const path = join(folder, `${target}-${sizes}.hprof`);
    await hprof.write(heap, path, {sizes}, {});
    const file = new HprofFile(path);
    const sample = sampleObjects(file, heap, 200);
    const asked = [...sample.keys()].map((id) => `0x${id.toString(16)}`);
    const consumers = ask(path, '-top', '80', '-objs', asked.join(','), '-path', asked.at(-1)!);

    for (const consumer of Object.values(consumers)) {
      expect(consumer.errors).toEqual([]);
      expect(consumer.instances).toBe(file.objects.size);
      expect(consumer.rootsWithoutObject).toBe(0);
      expect(consumer.pathToRoot?.root).toBeTruthy();
    }
    expect(consumers.shark.danglingReferences?.count).toBe(0);
    expect(consumers.shark.strings.count).toBe(stringsOf(file).length);
    const texts = new Map(stringsOf(file).map((one) => [`0x${one.id.toString(16)}`, file.textOf(one)]));
    for (const {id, value} of consumers.shark.strings.first) expect(value).toBe(texts.get(id));

    for (const {id, class: name, size} of consumers.nb.objects!) {
      const object = file.objects.get(Number(id))!;
      expect(size).toBe(file.netBeansSize(object));
      if (sizes === 'exact') expect(size).toBe(heap.node(sample.get(object.id)!).size);
      if (object.form !== 'primitives') expect(name).toBe(file.className(object).replaceAll('/', '.'));
    }
    const expected = expectedRetained(file, heap);
    const biggest = consumers.nb.biggestRetained.filter(({id}) => expected.has(Number(id)));
    expect(biggest.length).toBeGreaterThan(50);
    expect(biggest.map(({id, retained}) => [id, retained])).toEqual(biggest.map(({id}) => [id, expected.get(Number(id))]));
    if (sizes === 'exact') for (const {id, retained} of biggest) expect(retained).toBe(heap.retained(Number(id) as NodeId));
    expect(consumers.nb.threads.count).toBe([...heap.goroutines()].length);
    expect(consumers.nb.threads.first.flatMap(({frames}) => frames.map(({at}) => at))).toContainEqual(
      expect.stringMatching(/^main\.main\(.*main\.go:\d+\)$/),
    );
  });
});

function stringsOf(file: HprofFile): HprofObject[] {
  return [...file.objects.values()].filter((one) => file.className(one) === 'java/lang/String');
}

/** Reachable objects by their ids in the file, evenly chosen. */
function sampleObjects(file: HprofFile, heap: AnalyzedHeap, count: number): Map<number, NodeId> {
  const all = [...heap.objects()];
  const {graph} = heap.columns;
  const chosen = all.filter((_, index) => index % Math.max(1, Math.floor(all.length / count)) === 0).slice(0, count);
  return new Map(chosen.map((node) => [file.idSize === 4 ? node : addressOf(graph, node - 1 - graph.roots.count), node]));
}
