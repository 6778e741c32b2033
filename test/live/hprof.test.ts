/**
 * HPROF files in the libraries behind VisualVM (NetBeans, gridkit) and LeakCanary (Shark): they open them without complaint and see what goheap
 * sees. GOHEAP_HPROF_CHECK names the program that asks them: `FILE -top N -path ID` prints their answers as JSON.
 */

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {hprof} from '../../formats/hprof/export-hprof.js';
import {getBit} from '../../src/base/bitset.js';
import {addressOf, firstObjectNode, lengthOf, nodeOfObject} from '../../src/graph/objects.js';
import {type AnalyzedHeap, type NodeId, openHeap} from '../../src/index.js';
import {spawnSync} from '../kit/child-process.js';
import {compareFields} from '../kit/compare-fields.js';
import {HprofFile, type HprofObject} from '../kit/hprof-reader.js';
import {coreOf, HPROF_TARGETS, nodeOfId, sampleObjects} from '../kit/hprof-targets.js';
import {findObstacle} from '../kit/live-cores.js';

/** Rows of each list: more than the biggest objects that are compared, and all goroutines. */
const TOP = 200;
const check = process.env.GOHEAP_HPROF_CHECK;
const obstacle = check === undefined ? 'GOHEAP_HPROF_CHECK is not set' : findObstacle('java');
if (obstacle !== undefined) console.warn(`The live tests of hprof are skipped: ${obstacle}.`);

interface Field {
  readonly name: string;
  readonly type: string;
  readonly value: string | null; // of a reference: class@id
}
interface Frame {
  readonly frame: number; // -1: what belongs to the thread and to no frame
  readonly at?: string;
  readonly locals: readonly string[];
}
interface Consumer {
  readonly errors: readonly string[];
  readonly instances: number;
  readonly rootsWithoutObject: number;
  readonly danglingReferences?: {readonly count: number};
  readonly strings: {readonly count: number; readonly first: readonly {readonly id: string; readonly value: string}[]};
  readonly threads: {
    readonly count: number;
    readonly first: readonly {readonly object: string; readonly name: string; readonly frames: readonly Frame[]}[];
  };
  readonly biggestRetained: readonly {readonly id: string; readonly size: number; readonly retained: number}[];
  readonly topByBytes: readonly {readonly name: string; readonly count: number; readonly bytes: number}[];
  readonly objects?: readonly {readonly id: string; readonly class: string; readonly size: number; readonly fields?: readonly Field[]}[];
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
      const own = ids[at - firstObjectNode(graph)]!;
      retained.set(own, (retained.get(own) ?? 0) + size);
    }
  }
  return retained;
}

describe.skipIf(obstacle !== undefined)('hprof', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-hprof-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const cases = HPROF_TARGETS.flatMap((target) => (['exact', 'full'] as const).map((sizes) => ({target, sizes})));

  test.for(cases)('$target, sizes $sizes', async ({target, sizes}, context) => {
    const input = await coreOf(target, folder);
    if ('obstacle' in input) return context.skip(`no core: ${input.obstacle}`);
    await using heap = await (await openHeap(input.core, {executable: input.executable})).analyze();
    const path = join(folder, `${target}-${sizes}.hprof`);
    await hprof.write(heap, path, {sizes}, {});
    const file = new HprofFile(path);
    const sample = sampleObjects(file, heap, 200);
    const asked = [...sample.keys()].map((id) => `0x${id.toString(16)}`);
    const consumers = ask(path, '-top', String(TOP), '-objs', asked.join(','));

    expectOpened(file, consumers);
    expectSizes(file, heap);
    expectSample(file, heap, sample, consumers.nb);
    expectRetained(file, heap, consumers.nb);
    expectThreads(file, heap, consumers.nb);
    if (target.startsWith('zoo')) expect(framesOf(consumers.nb)).toContainEqual(expect.stringMatching(/^main\.main\(.*main\.go:\d+\)$/));
  });
});

type Consumers = ReturnType<typeof ask>;

/** No complaint, and every object, class and text that the file has. */
function expectOpened(file: HprofFile, consumers: Consumers): void {
  for (const consumer of Object.values(consumers)) {
    expect(consumer.errors).toEqual([]);
    expect(consumer.instances).toBe(file.objects.size);
    expect(consumer.rootsWithoutObject).toBe(0);
  }
  const totals = new Map<string, {name: string; count: number; bytes: number}>();
  for (const object of file.objects.values()) {
    const name = nameInJava(file, object);
    const total = totals.get(name) ?? {name, count: 0, bytes: 0};
    totals.set(name, {name, count: total.count + 1, bytes: total.bytes + file.netBeansSize(object)});
  }
  for (const {topByBytes} of [consumers.nb, consumers.grid]) expect(topByBytes).toEqual(topByBytes.map(({name}) => totals.get(name)));
  expect(consumers.shark.danglingReferences?.count).toBe(0);
  const strings = [...file.objects.values()].filter((one) => file.className(one) === 'java/lang/String');
  expect(consumers.shark.strings.count).toBe(strings.length);
  const texts = new Map(strings.map((one) => [`0x${one.id.toString(16)}`, file.textOf(one)]));
  for (const {id, value} of consumers.shark.strings.first) expect(value).toBe(texts.get(id));
}

const PRIMITIVES: Readonly<Record<number, string>> = {
  ...{4: 'boolean', 5: 'char', 6: 'float', 7: 'double', 8: 'byte', 9: 'short', 10: 'int', 11: 'long'},
};
function nameInJava(file: HprofFile, object: HprofObject): string {
  return object.form === 'primitives' ? `${PRIMITIVES[object.type]}[]` : file.className(object).replaceAll('/', '.');
}

/** With sizes exact, what NetBeans and MAT compute is the slot of every object, and what is beside them is what the file counts. */
function expectSizes(file: HprofFile, heap: AnalyzedHeap): void {
  let known = 0;
  for (const object of file.objects.values()) {
    const node = nodeOfId(file, heap, object.id);
    if (node === undefined) continue;
    known++;
    const {size} = heap.node(node);
    const widened = file.isWidened(object) ? 1 : 0;
    if (file.idSize === 4)
      expect([file.netBeansSize(object) - widened, file.matSize(object)], file.className(object)).toEqual([size, size]);
  }
  const added = ['strings', 'substrings', 'parts', 'root_arrays', 'constants'].reduce((sum, name) => sum + file.summary(name), 0);
  expect(known).toBe(heap.columns.reachableObjects);
  expect(file.summary('widened_objects')).toBeLessThan(0.01 * known);
  expect(file.objects.size).toBe(known + added + 3 * file.summary('goroutines'));
}

/** Class, size and fields as NetBeans reads them, and in full files the values that the library reads from the dump. */
function expectSample(file: HprofFile, heap: AnalyzedHeap, sample: ReadonlyMap<number, NodeId>, {objects}: Consumer): void {
  let compared = 0;
  expect(objects!.length).toBe(sample.size);
  for (const {id, class: name, size, fields} of objects!) {
    const object = file.objects.get(Number(id))!;
    expect([name, size]).toEqual([nameInJava(file, object), file.netBeansSize(object)]);
    if (object.form !== 'instance') continue;
    const own = file.fieldsOf(object);
    for (const field of fields!) if (field.name !== '(unused)') expect(told(field), field.name).toBe(String(own.get(field.name)));
    const node = sample.get(object.id)!;
    const {columns} = heap;
    if (file.idSize !== 8 || heap.node(node).type?.kind !== 'struct') continue;
    if (lengthOf(columns.graph.objects, node - firstObjectNode(columns.graph)) === 1) compared += compareFields(file, own, heap, node);
  }
  if (file.idSize === 8) expect(compared).toBeGreaterThan(50);
}

/** As the file's own reader gives values: `class@0x1f` is 31, booleans are numbers. */
function told({type, value}: Field): string {
  const id = /@(0x[0-9a-f]+)$/.exec(value ?? '@0x0')?.[1];
  if (id !== undefined) return String(Number(id));
  if (type === 'boolean') return value === 'true' ? '1' : '0';
  if (type === 'long') return value!;
  return String(type === 'float' ? Math.fround(Number(value)) : Number(value));
}

function expectRetained(file: HprofFile, heap: AnalyzedHeap, {biggestRetained}: Consumer): void {
  const expected = expectedRetained(file, heap);
  const biggest = biggestRetained.filter(({id}) => expected.has(Number(id)));
  expect(biggest.length).toBeGreaterThanOrEqual(50);
  expect(biggest.map(({id, retained}) => [id, retained])).toEqual(biggest.map(({id}) => [id, expected.get(Number(id))]));
  if (file.idSize === 8) return;
  for (const {id, retained} of biggest) {
    const more = retained - heap.columns.retained[Number(id)]!; // a byte for each widened object; expected has them one by one
    expect(more).toBeGreaterThanOrEqual(0);
    expect(more).toBeLessThanOrEqual(file.summary('widened_objects'));
  }
}

/** Every goroutine is a thread with its frames, and every root in a frame is a local there. */
function expectThreads(file: HprofFile, heap: AnalyzedHeap, {threads}: Consumer): void {
  const {goroutines, frames, strings} = heap.columns.graph;
  expect(threads.count).toBe(goroutines.count);
  expect(threads.first.length).toBe(Math.min(goroutines.count, TOP));
  const rows = new Map(Array.from(goroutines.id, (id, row) => [id, row]));
  let locals = 0;
  for (const {name, frames: shown} of threads.first) {
    const row = rows.get(Number(/^goroutine (\d+) \[/.exec(name)?.[1]))!;
    const own = Array.from(
      {length: goroutines.firstFrame[row + 1]! - goroutines.firstFrame[row]!},
      (_, depth) => goroutines.firstFrame[row]! + depth,
    );
    const written = own.filter((frame) => frames.wrapper[frame] === 0); // Go's own traces leave the compiler's wrappers out
    const expected = written.map((frame) => {
      return `${strings[frames.functionName[frame]!]}(${strings[frames.file[frame]!]}:${frames.line[frame]})`;
    });
    const seen = shown.filter(({frame}) => frame >= 0).map(({at}) => at!.replaceAll('∕', '/').replace(/^\(program\)\./, ''));
    expect(seen, name).toEqual(expected);
    locals += shown.reduce((sum, frame) => sum + frame.locals.length, 0);
  }
  const held = file.roots.filter(({kind}) => kind === 'frame').length;
  if (goroutines.count <= TOP) expect(locals).toBe(held);
  expect(held).toBeGreaterThan(20);
}

function framesOf({threads}: Consumer): (string | undefined)[] {
  return threads.first.flatMap(({frames}) => frames.map(({at}) => at));
}
