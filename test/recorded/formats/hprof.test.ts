/**
 * Graph → HPROF → graph: every reachable object, pointer and root comes back, sizes are what consumers will compute, and fields have the
 * values that the library reads. Random graphs, and the recorded zoo for everything that bytes decide.
 */
import {beforeAll, describe, expect, test} from 'vitest';
import type {AnalysisColumns} from '../../../src/analyses/analysis-columns.js';
import {getBit} from '../../../src/base/bitset.js';
import {NONE} from '../../../src/base/units.js';
import {type HeapGraph, ROOT_KINDS} from '../../../src/graph/heap-graph.js';
import {addressOf, firstObjectNode, headerOf, lengthOf, nodeOfObject, sizeOf} from '../../../src/graph/objects.js';
import type {AnalyzedHeap} from '../../../src/index.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {compareFields} from '../../kit/compare-fields.js';
import {withStacks, ZOO} from '../../kit/exported.js';
import {exportColumns, exportGraph, idOf, MODES} from '../../kit/exported-hprof.js';
import {graphFromText, nodeNamed} from '../../kit/graph-from-text.js';
import type {HprofFile, HprofObject} from '../../kit/hprof-reader.js';
import {randomGraphText} from '../../kit/random-graph.js';

/** An object's references, those of its parts included; the characters of a string are none. */
function referencesOf(file: HprofFile, object: HprofObject, known: ReadonlySet<number>): number[] {
  if (file.className(object) === 'java/lang/String') return [Number(file.fieldsOf(object).get('data'))].filter((id) => id !== 0);
  return file.referencesOf(object).flatMap((id) => {
    if (known.has(id)) return [id];
    const part = file.objects.get(id);
    return part && id > 2 ** 32 ? referencesOf(file, part, known) : [];
  });
}

/** Objects and pointers of the file are those of the graph. */
function expectGraph(file: HprofFile, {graph, reachable}: AnalysisColumns): void {
  const {edges, objects} = graph;
  const ids = Array.from({length: objects.count}, (_, object) => idOf(file, graph, object));
  const live = ids.filter((_, object) => getBit(reachable, nodeOfObject(graph, object)));
  const known = new Set(live);
  const unfollowed = new Set(edges.notFollowed);
  const targets = (node: number) => {
    const all: number[] = [];
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
      if (!unfollowed.has(edge)) all.push(ids[edges.target[edge]! - firstObjectNode(graph)]!);
    }
    return all;
  };
  for (let object = 0; object < objects.count; object++) {
    const found = file.objects.get(ids[object]!);
    expect(found !== undefined, `object ${object}`).toBe(known.has(ids[object]!));
    if (found) expect(referencesOf(file, found, known), `object ${object}`).toEqual(targets(nodeOfObject(graph, object)));
  }
  expectRoots(file, graph, targets, known);
  expect(file.objects.size).toBe(
    file.summary('reachable_objects') + file.summary('strings') + file.summary('substrings') + file.summary('parts') + 3 * file.summary('goroutines') +
      file.summary('root_arrays') + file.summary('constants'),
  ); // biome-ignore format: one sum
  expect(file.summary('reachable_objects')).toBe(live.length);
}

function expectRoots(
  file: HprofFile,
  {roots, goroutines, frames: stacks}: HeapGraph,
  targets: (node: number) => number[],
  known: ReadonlySet<number>,
): void {
  const frames = new Map<string, number[]>();
  const statics: number[] = [];
  const arrays: number[][] = [];
  for (let root = 0; root < roots.count; root++) {
    const goroutine = roots.goroutine[root]!;
    const own = targets(root + 1);
    if (['global', 'static'].includes(ROOT_KINDS[roots.kind[root]!]!)) statics.push(...own);
    else if (goroutine === NONE) arrays.push(own);
    else {
      const before = stacks.wrapper.subarray(goroutines.firstFrame[goroutine]!, roots.frame[root]!);
      const frame = roots.frame[root] === NONE ? -1 : before.filter((wrapper) => wrapper === 0).length;
      if (own.length > 0) frames.set(`${goroutine + 1}:${frame}`, [...(frames.get(`${goroutine + 1}:${frame}`) ?? []), ...own]);
    }
  }
  const found = new Map<string, number[]>();
  for (const {kind, id, thread, frame} of file.roots) {
    if (kind === 'frame') found.set(`${thread}:${frame}`, [...(found.get(`${thread}:${frame}`) ?? []), id]);
  }
  expect(new Map([...found].sort())).toEqual(new Map([...frames].sort()));
  const held = file.roots
    .filter(({kind}) => kind === 'class')
    .flatMap(({id}) => file.classes.get(id)!.statics.filter(({type}) => type === 2));
  const order = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);
  expect(order(held.map(({value}) => Number(value)))).toEqual(order(statics));
  const withStatics = [...file.classes.values()].filter(({statics}) => statics.length > 0).map(({id}) => id);
  expect(file.roots.filter(({kind}) => kind === 'class').map(({id}) => id)).toEqual(withStatics); // a tool may drop the others
  const lists = file.roots.filter(({kind}) => kind === 'global').map(({id}) => file.objects.get(id)!);
  const own = lists.filter((list) => file.className(list) !== 'string constants[]').map((list) => referencesOf(file, list, known));
  expect(own).toEqual(arrays);
}

/** What NetBeans and MAT will show for each object. */
function expectSizes(file: HprofFile, {graph, reachable}: AnalysisColumns): void {
  for (let object = 0; object < graph.objects.count; object++) {
    if (!getBit(reachable, nodeOfObject(graph, object))) continue;
    const found = file.objects.get(idOf(file, graph, object))!;
    const name = file.className(found);
    if (name === 'java/lang/String' || (file.idSize === 8 && isPartList(file, found))) continue;
    const slot = sizeOf(graph, object);
    const more = file.idSize === 4 ? 0 : found.form === 'instance' ? 16 : 24;
    const widened = file.isWidened(found) ? 1 : 0;
    expect([name, file.netBeansSize(found), file.matSize(found)]).toEqual([name, slot + more + widened, slot + more]);
  }
  expect([...file.objects.values()].filter((object) => file.isWidened(object)).length).toBe(file.summary('widened_objects'));
}
function isPartList(file: HprofFile, object: HprofObject): boolean {
  return object.form === 'objects' && file.referencesOf(object).some((id) => id % 8 === 1);
}

describe.each(MODES)('sizes %s', (sizes) => {
  const graphs = [withStacks(), ...Array.from({length: 30}, (_, seed) => graphFromText(randomGraphText(seed)))];
  test.each(graphs.map((graph, index) => [index, graph] as const))('graph %i', async (_, graph) => {
    const {file, columns} = await exportGraph(graph, {sizes});
    expectGraph(file, columns);
    expectSizes(file, columns);
  });

  test('goroutines have names, frames and what these hold', async () => {
    const {file} = await exportGraph(withStacks(), {sizes});
    const threads = file.roots.filter(({kind}) => kind === 'thread').map(({id}) => file.fieldsOf(file.objects.get(id)!));
    expect(threads.map((fields) => [fields.get('id'), file.textOf(file.objects.get(Number(fields.get('name')))!)])).toEqual([
      [7n, 'goroutine 7 [chan receive] main.work {"a":"b"}'],
    ]);
    expect(file.stacks.get(1)).toEqual([
      {method: 'gopark', signature: '', file: '', className: 'runtime', line: -1},
      {method: 'work', signature: '', file: 'main.go', className: 'main', line: 20},
    ]);
  });
});

test('class names that consumers would change or refuse are written otherwise', async () => {
  const {file} = await exportGraph(
    graphFromText(`
      type net/http.Request 16 Next@0:*net/http.Request URL@8:*string
      roots: r s a p
      r : net/http.Request; s : []string; a : [2]*string; p : *string x6
    `),
    {sizes: 'exact'},
  );
  const names = new Set([...file.classes.values()].map(({name}) => name));
  for (const name of ['net∕http.Request', 'slice []string', 'array [2]*string', '*string[]']) expect(names).toContain(name);
  expect([...names].filter((name) => /^\[(?![ZCFDBSIJ]$)/.test(name))).toEqual(['[Ljava/lang/Object;']); // which MAT asks for
});

test('scalars that have no room are cut, said and counted', async () => {
  const {file} = await exportGraph(graphFromText('type main.Two 16 A@0:int B@8:int; roots: x; x : main.Two noscan'), {sizes: 'exact'});
  const two = [...file.classes.values()].find(({name}) => name === 'main.Two')!;
  expect([two.fields, two.statics]).toEqual([[{name: 'A', type: 11}], [{name: '(cut) B', type: 10, value: 8}]]);
  expect([file.summary('cut_objects'), file.summary('cut_bytes')]).toEqual([1, 8]);
});

test('an object of 8 bytes that retains 4 has a byte more, so that every reader looks into it', async () => {
  const graph = graphFromText(`
    type main.Box 8 To@0:*main.Node
    type main.Node 16 Next@0:*main.Node Val@8:int
    roots: big small
    big : main.Box -> a
    small : main.Box -> c
    a : main.Node -> b
    b : main.Node -> d
    d : main.Node
    c : main.Node
  `);
  const {file, columns} = await exportGraph(graph, {sizes: 'exact'});
  expectSizes(file, columns);
  expect(file.summary('widened_objects')).toBe(1);
  const [big, small] = ['big', 'small'].map((name) => file.objects.get(nodeNamed(graph, name))!);
  expect([file.isWidened(big!), file.isWidened(small!)]).toEqual([true, false]);
  expect((await exportColumns(columns, {sizes: 'full'})).summary('widened_objects')).toBe(0);
});

describe('the recorded zoo', () => {
  let analyzed: AnalyzedHeap;
  beforeAll(async () => {
    analyzed = await analyzedFixture('zoo-1.26.8');
  });

  test.each(MODES)('%s: objects, pointers, roots and sizes', async (sizes) => {
    const file = await exportColumns(analyzed.columns, {sizes});
    expectGraph(file, analyzed.columns);
    expectSizes(file, analyzed.columns);
  });

  test('full: every declared field has the value that the library reads', async () => {
    const file = await exportColumns(analyzed.columns, {sizes: 'full'});
    let compared = 0;
    for (const id of analyzed.objects().where((node) => analyzed.node(node).type?.kind === 'struct')) {
      const {columns} = analyzed;
      const object = id - firstObjectNode(columns.graph);
      const found = file.objects.get(addressOf(columns.graph, object))!;
      if (lengthOf(columns.graph.objects, object) !== 1 || found.form !== 'instance') continue;
      compared += compareFields(file, file.fieldsOf(found), analyzed, id);
    }
    expect(compared).toBeGreaterThan(10_000);
  });

  test('full: strings read as strings, in the heap and outside', async () => {
    const file = await exportColumns(analyzed.columns, {sizes: 'full'});
    const texts = new Set(
      [...file.objects.values()].filter((one) => file.className(one) === 'java/lang/String').map((one) => file.textOf(one)),
    );
    const strings = [...analyzed.objects({type: 'string'})]
      .map((id) => analyzed.value(id))
      .flatMap((value) => (value.kind === 'array' ? [...value.elements()] : [value]))
      .map((value) => value.text())
      .filter((text) => text);
    expect(strings.length).toBeGreaterThan(100);
    expect(strings.filter((text) => !texts.has(text!))).toEqual([]);
  });

  test('contents none keeps neither numbers nor texts', async () => {
    for (const sizes of MODES) {
      const file = await exportColumns(analyzed.columns, {sizes, contents: 'none'});
      expectGraph(file, analyzed.columns);
      expectSizes(file, analyzed.columns);
      for (const object of file.objects.values()) {
        if (object.form === 'primitives' && object.type !== 5) expect(file.bytesOf(object).every((byte) => byte === 0)).toBe(true);
        if (object.form !== 'instance' || /^(goroutine|java\/lang\/String)$/.test(file.className(object))) continue;
        for (const [name, value] of file.fieldsOf(object)) if (name === '(unused)') expect(Number(value)).toBe(0);
      }
      const fields = [...file.classes.values()].flatMap((one) => (one.name === 'goroutine' ? [] : one.fields));
      expect(fields.filter(({name, type}) => type !== 2 && name !== '(unused)' && name !== 'coder')).toEqual([]);
    }
  });

  test('redacted texts are asterisks', async () => {
    const file = await exportColumns(analyzed.columns, {sizes: 'full', redact: /a/});
    const texts = [...file.objects.values()].filter((one) => file.className(one) === 'java/lang/String').map((one) => file.textOf(one));
    const heapTexts = texts.filter((text) => !text.startsWith('goroutine '));
    expect(heapTexts.filter((text) => text.includes('a'))).toEqual([]);
    expect(heapTexts.filter((text) => text.includes('*')).length).toBeGreaterThan(100);
  });
});

test('an empty heap, and the header of objects that have one', async () => {
  for (const sizes of MODES) {
    const empty = await exportGraph(graphFromText(''), {sizes});
    expect(empty.file.objects.size).toBe(empty.file.summary('root_arrays'));
    const {file, columns} = await exportGraph(graphFromText(ZOO), {sizes});
    expect(headerOf(columns.graph, columns.graph.objects.count - 1)).toBeDefined();
    expect(file.segments.every((length) => length <= 4 * 1024 * 1024)).toBe(true);
  }
});
