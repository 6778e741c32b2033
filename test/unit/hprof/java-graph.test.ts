/**
 * HPROF files that are built by hand → the graph: objects, edges by field, roots, sizes, threads, classes that are unloaded. Each expectation follows from the bytes.
 */
import {expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {isGoheapError} from '../../../src/base/errors.js';
import {WarningLog} from '../../../src/base/warnings.js';
import {checkGraph} from '../../../src/graph/check.js';
import {type Contents, type HeapGraph, ROOT_KINDS} from '../../../src/graph/heap-graph.js';
import {addressOf, nodeOfObject, objectAt, sizeOf} from '../../../src/graph/objects.js';
import {buildJavaGraph} from '../../../src/hprof/build-graph.js';
import {findPart} from '../../../src/values/field-path.js';
import {HprofWriter} from '../../kit/hprof-writer.js';
import {seededRandom} from '../../kit/random-graph.js';

interface Built {
  readonly graph: HeapGraph;
  readonly contents: Contents;
  readonly warnings: readonly string[];
}

async function read(bytes: Uint8Array, jvmLayout?: string): Promise<Built> {
  const warnings = new WarningLog();
  const built = await buildJavaGraph(new MemorySource('app.hprof', bytes), {jvmLayout}, warnings);
  checkGraph(built.graph);
  return {...built, warnings: warnings.list().map(({code}) => code)};
}

/** `field → address`, of the object at an address. */
function edgesOf(graph: HeapGraph, address: number): string[] {
  const object = objectAt(graph, address)!;
  const {firstEdge, slot, target, wordBytes, notFollowed} = graph.edges;
  const node = nodeOfObject(graph, object);
  const header = graph.spans.header[object]!;
  const list: string[] = [];
  for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
    const count = graph.objects.length[object]!;
    const {path} = findPart(graph, graph.objects.type[object]!, slot[edge]! * wordBytes - header, count, header > 0);
    list.push(
      `${path} → ${addressOf(graph, target[edge]! - 1 - graph.roots.count).toString(16)}${notFollowed.includes(edge) ? ' (listed)' : ''}`,
    );
  }
  return list;
}

/** `kind name → addresses`. */
function rootsOf({roots, edges, objects, spans, strings}: HeapGraph): string[] {
  return Array.from({length: roots.count}, (_, row) => {
    const targets = [...edges.target.subarray(edges.firstEdge[row + 1]!, edges.firstEdge[row + 2]!)];
    const places = targets.map((node) => addressOf({spans, objects}, node - 1 - roots.count).toString(16));
    return `${ROOT_KINDS[roots.kind[row]!]} ${strings[roots.name[row]!]} → ${places.join(' ')}`;
  });
}
const typeAt = (graph: HeapGraph, address: number) => graph.types.name[graph.objects.type[objectAt(graph, address)!]!];

const [OBJECT, CLASS, NODE, ARRAY] = [0x1000, 0x1100, 0x1200, 0x1300];

/** The classes that the tests need. */
function file(options: ConstructorParameters<typeof HprofWriter>[0] = {}): HprofWriter {
  return new HprofWriter(options)
    .class(OBJECT, 'java/lang/Object')
    .class(CLASS, 'java/lang/Class', {above: OBJECT})
    .class(NODE, 'com/acme/Node', {above: OBJECT, fields: 'next:object count:int'})
    .class(ARRAY, '[Lcom/acme/Node;', {above: OBJECT});
}

test('instances and arrays become objects in the order of their ids, whatever order the file has', async () => {
  const bytes = file()
    .objects(0x8020, ARRAY, 0x8000, 0, 0x8000)
    .instance(0x8000, NODE, 0x8020, 7)
    .array(0x8040, 'byte', [1, 2, 3])
    .root(0xff, 0x8020)
    .finish();
  const {graph, contents} = await read(bytes, 'compressed');
  expect([0x8000, 0x8020, 0x8040].map((address) => typeAt(graph, address))).toEqual(['com.acme.Node', 'com.acme.Node[]', 'byte[]']);
  expect(edgesOf(graph, 0x8000)).toEqual(['next → 8020']);
  expect(edgesOf(graph, 0x8020)).toEqual(['[0] → 8000', '[2] → 8000']);
  // 12 bytes of header, count and next of 4 bytes each, rounded up to 8; 16 and 3 × 4; 16 and 3 × 1.
  expect([0x8000, 0x8020, 0x8040].map((address) => sizeOf(graph, objectAt(graph, address)!))).toEqual([24, 32, 24]);
  expect(rootsOf(graph).slice(0, 1)).toEqual(['vm ‹unknown roots› → 8020']);
  expect([...contents.bytes(0x8040 + 16, 3)!]).toEqual([1, 2, 3]);
  expect(new DataView(contents.bytes(0x8000 + 12, 4)!.slice().buffer).getInt32(0, true)).toBe(7); // ints first
});

test.each([
  // header; the int behind it, then the reference at a multiple of its size
  ['compressed', 24, 12, 16],
  ['compressed-classes', 24, 12, 16],
  ['uncompressed', 32, 16, 24],
  ['compact', 16, 8, 12],
  ['compact-uncompressed', 24, 8, 16],
] as const)('a layout of the name %s is taken as asked', async (name, size, count, next) => {
  const {graph} = await read(file().instance(0x8000, NODE, 0, 7).finish(), name);
  const type = graph.types.name.indexOf('com.acme.Node');
  const fields = Array.from({length: graph.types.firstField[type + 1]! - graph.types.firstField[type]!}, (_, at) => {
    const row = graph.types.firstField[type]! + at;
    return [graph.types.fieldName[row], graph.types.fieldOffset[row]];
  });
  expect(fields).toEqual([
    ['count', count],
    ['next', next],
  ]);
  expect(sizeOf(graph, objectAt(graph, 0x8000)!)).toBe(size);
  expect(graph.metadata.jvm_layout).toBe(name);
});

test('what lies without gaps tells the layout', async () => {
  for (const [name, size, arrayOf3] of [
    ['compressed', 24, 32],
    ['compact', 16, 24],
    ['uncompressed', 32, 48],
  ] as const) {
    const writer = file();
    for (let at = 0, address = 0x10000; at < 100; at++) {
      writer.instance(address, NODE, 0, at);
      writer.objects(address + size, ARRAY, 0, 0, 0);
      address += size + arrayOf3;
    }
    const {graph} = await read(writer.finish());
    expect(graph.metadata.jvm_layout).toBe(name);
    expect(graph.metadata.jvm_layout_evidence).toMatch(/^100\.0 % of 199 neighbours touch/);
  }
});

test.each([
  // Records of a hand-built file, with objects where a JVM of that age has them: JDK 14 and older begin the fields of a class at a multiple of 4 behind those above it.
  ['older', 24, 16],
  ['newer', 16, 13],
] as const)('neighbours tell fields as %s JDKs lay them out', async (age, size, offset) => {
  const [ABOVE, BELOW] = [0x1400, 0x1500];
  const writer = file()
    .class(ABOVE, 'com/acme/Above', {above: OBJECT, fields: 'a:byte'})
    .class(BELOW, 'com/acme/Below', {above: ABOVE, fields: 'b:byte'});
  for (let at = 0; at < 100; at++) writer.instance(0x10000 + at * size, BELOW, at, 7);
  const {graph, contents} = await read(writer.finish());
  expect(graph.metadata.jvm_layout_evidence).toContain(age === 'older' ? 'fields as JDK 14 and older' : 'fields as JDK 15 and newer');
  expect(sizeOf(graph, objectAt(graph, 0x10000)!)).toBe(size);
  expect([...contents.bytes(0x10000 + size + offset, 1)!]).toEqual([1]); // the own field comes first in the file
  expect([...contents.bytes(0x10000 + size + 12, 1)!]).toEqual([7]);
});

test('static fields of classes that are never unloaded are variables, those of others hang on the class, which its instances hold', async () => {
  const [LOADER, PLUGIN, MAIN] = [0x1400, 0x1500, 0x1600];
  const bytes = file()
    .class(LOADER, 'com/acme/PluginLoader', {above: OBJECT})
    .class(PLUGIN, 'com/acme/Plugin', {
      above: OBJECT,
      loader: 0x8000,
      fields: 'size:long',
      statics: [
        ['limit:int', 3],
        ['cache:object', 0x8060],
      ],
    })
    .class(MAIN, 'com/acme/Main', {
      above: OBJECT,
      statics: [
        ['plugin:object', 0x8040],
        ['none:object', 0],
      ],
    })
    .instance(0x8000, LOADER)
    .instance(0x8040, PLUGIN, 5)
    .instance(0x8060, NODE, 0, 1)
    .finish();
  const {graph} = await read(bytes, 'compressed');
  expect(rootsOf(graph)).toEqual(['class ‹system classes› → 1000 1100 1200 1300 1400 1600', 'global com.acme.Main.plugin → 8040']);
  expect(edgesOf(graph, 0x8040)).toEqual(['‹class› → 1500']);
  expect(edgesOf(graph, PLUGIN)).toEqual(['‹super› → 1000', '‹loader› → 8000', 'cache → 8060']);
  expect([typeAt(graph, PLUGIN), typeAt(graph, MAIN)]).toEqual(['java.lang.Class<com.acme.Plugin>', 'java.lang.Class']);
});

test('referents of weak, phantom and final references are listed only, those of soft ones followed', async () => {
  const [REFERENCE, WEAK, OWN, SOFT] = [0x2000, 0x2100, 0x2200, 0x2300];
  const bytes = file()
    .class(REFERENCE, 'java/lang/ref/Reference', {above: OBJECT, fields: 'referent:object queue:object'})
    .class(WEAK, 'java/lang/ref/WeakReference', {above: REFERENCE})
    .class(OWN, 'com/acme/Key', {above: WEAK, fields: 'referent:object'})
    .class(SOFT, 'java/lang/ref/SoftReference', {above: REFERENCE})
    .instance(0x8000, NODE)
    .instance(0x8100, OWN, 0x8000, 0x8000, 0x8000)
    .instance(0x8200, SOFT, 0x8000)
    .finish();
  const {graph} = await read(bytes, 'compressed');
  // 12: Reference.referent, 16: its queue, 20: the field of the same name below.
  expect(edgesOf(graph, 0x8100)).toEqual(['referent → 8000 (listed)', 'queue → 8000', 'referent → 8000']);
  expect(edgesOf(graph, 0x8200)).toEqual(['referent → 8000']);
});

test('threads are goroutines with frames, and what a frame holds is below them', async () => {
  const bytes = file()
    .trace(5, [
      {method: 'sleep', classSerial: 1, file: 'Object.java', line: -3},
      {method: 'run', classSerial: 3, file: 'Node.java', line: 12},
    ])
    .instance(0x8000, NODE)
    .instance(0x8020, NODE)
    .root(0x08, 0x8000, 7, 5)
    .root(0x03, 0x8020, 7, 1)
    .root(0x02, 0x8020, 7, -1)
    .root(0x03, 0x8020, 99, 0)
    .jniGlobal(0x8000)
    .finish();
  const {graph} = await read(bytes, 'compressed');
  expect(rootsOf(graph).slice(0, 5)).toEqual([
    'goroutine thread 7 → 8000',
    'local locals → 8020',
    'jni ‹JNI locals› → 8020',
    'native ‹frames› → 8020',
    'jni ‹JNI globals› → 8000',
  ]);
  const {goroutines, frames, strings, roots} = graph;
  expect([...goroutines.id]).toEqual([7]);
  expect(
    Array.from(
      {length: frames.count},
      (_, row) => `${strings[frames.functionName[row]!]} ${strings[frames.file[row]!]}:${frames.line[row]}`,
    ),
  ).toEqual(['java.lang.Object.sleep Object.java:0', 'com.acme.Node.run Node.java:12']);
  expect([...roots.parent.subarray(0, 5)]).toEqual([0, 1, 1, 0, 0]);
  expect(roots.frame[1]).toBe(1);
});

test('ids of 4 bytes, and the records of Android', async () => {
  const bytes = file({idSize: 4, version: '1.0.3', time: 1_700_000_000_000})
    .heapInfo(2, 'zygote')
    .instance(0x8000, NODE, 0x8010, 1)
    .instance(0x8010, NODE, 0, 2)
    .raw(0xc3, 0, 0, 0x80, 0x20, 0, 0, 0, 0, 0, 0, 0, 4, 10) // an array of 4 ints without its data
    .root(0x89, 0x8000)
    .root(0x8e, 0x8010, 1, 0)
    .root(0x90, 0x8010)
    .finish();
  const {graph} = await read(bytes);
  expect(edgesOf(graph, 0x8000)).toEqual(['next → 8010']);
  expect(graph.metadata.dumped_at).toBe('2023-11-14T22:13:20.000Z');
  expect(rootsOf(graph).slice(0, 2)).toEqual(['vm ‹interned strings› → 8000', 'monitor ‹monitors in use› → 8010']);
  expect(typeAt(graph, 0x8020)).toBe('int[]');
});

test.each([
  ['several segments', (writer: HprofWriter) => writer.segment().instance(0x8020, NODE).segment()],
  ['one record whose length is 0', (writer: HprofWriter) => writer.instance(0x8020, NODE).segment({tag: 0x0c, length: 0})],
])('a heap in %s', async (_, add) => {
  const {graph, warnings} = await read(add(file().instance(0x8000, NODE, 0x8020)).finish(), 'compressed');
  expect(edgesOf(graph, 0x8000)).toEqual(['next → 8020']);
  expect(warnings).toEqual([]);
});

test('a file that is cut anywhere has what comes before', async () => {
  const whole = file().instance(0x8000, NODE, 0x8020).instance(0x8020, NODE, 0x8000).root(0xff, 0x8000).finish();
  let most = 0;
  for (let length = 40; length < whole.length; length += 3) {
    const {graph, warnings} = await read(whole.slice(0, length), 'compressed');
    expect(graph.objects.count).toBeGreaterThanOrEqual(most);
    most = graph.objects.count;
    expect(warnings).toContain('hprof-truncated');
    expect(graph.metadata.complete).toBe(0);
  }
  expect(most).toBe(6);
});

test('a damaged segment costs what is left of it', async () => {
  const writer = file().instance(0x8000, NODE, 0x8040).raw(0x77, 1, 2, 3).instance(0x8020, NODE).segment();
  const {graph, warnings} = await read(writer.instance(0x8040, NODE).finish(), 'compressed');
  expect(warnings).toEqual(['hprof-damaged']);
  expect(edgesOf(graph, 0x8000)).toEqual(['next → 8040']);
  expect(graph.objects.count).toBe(6);
});

test('two objects with one id, null ids, super classes in a circle, and values that are too short', async () => {
  const writer = file()
    .class(0x1700, 'A', {above: 0x1800, fields: 'a:object'})
    .class(0x1800, 'B', {above: 0x1700, fields: 'b:object'})
    .instance(0x8000, NODE, 0x8020)
    .instance(0x8000, NODE)
    .instance(0, NODE)
    .bytes(0x8020, NODE, [0, 0])
    .instance(0x8040, 0x1900)
    .bytes(0x8060, 0x1700, [...new Array(7).fill(0), 0x80, ...new Array(7).fill(0), 0x80]);
  const {graph, warnings} = await read(writer.finish(), 'compressed');
  expect(warnings).toEqual(['hprof-duplicate-ids', 'hprof-dangling']);
  expect(edgesOf(graph, 0x8000)).toEqual(['next → 8020']);
  expect(edgesOf(graph, 0x8020)).toEqual([]);
  expect(graph.objects.type[objectAt(graph, 0x8040)!]).toBe(0);
});

test('objects whose ids leave no room lie one behind the other', async () => {
  const writer = new HprofWriter().class(1, 'java/lang/Object').class(2, 'Node', {above: 1, fields: 'next:object'});
  for (let id = 3; id < 10; id++) writer.instance(id, 2, id + 1);
  const {graph, contents, warnings} = await read(writer.finish());
  expect(warnings).toContain('hprof-ids');
  const [third, fourth] = [addressOf(graph, 2), addressOf(graph, 3)];
  expect(fourth - third).toBe(sizeOf(graph, 2));
  expect(edgesOf(graph, third)).toEqual([`next → ${fourth.toString(16)}`]);
  expect(contents.bytes(third, 8)).toBeDefined();
});

test('what is no HPROF file, a layout that there is not, and ids that are not exact', async () => {
  await expect(
    read(
      file()
        .instance(2 ** 53, NODE)
        .finish(),
      'compressed',
    ),
  ).rejects.toMatchObject({code: 'unsupported'});
  await expect(read(new HprofWriter({idSize: 4}).finish().fill(3, 22, 23))).rejects.toMatchObject({code: 'bad-format'});
  await expect(read(file().finish(), 'tight')).rejects.toMatchObject({code: 'usage', hint: expect.stringContaining('compressed')});
});

test('whatever a stranger has changed, it is a sound graph or an error', async () => {
  const whole = file()
    .class(0x1400, 'com/acme/Main', {above: OBJECT, loader: 0x8000, fields: 'a:long b:object c:byte', statics: [['cache:object', 0x8000]]})
    .trace(5, [{method: 'run', classSerial: 3, file: 'Node.java', line: 12}])
    .instance(0x8000, NODE, 0x8020, 1)
    .instance(0x8040, 0x1400, 1, 0x8000, 2)
    .objects(0x8080, ARRAY, 0x8000, 0x8020, 0x8040)
    .array(0x80c0, 'char', [72, 105])
    .root(0x08, 0x8000, 7, 5)
    .root(0x03, 0x8040, 7, 0)
    .segment()
    .instance(0x8020, NODE, 0x8000, 2)
    .finish();
  const random = seededRandom(7);
  const odd = [0, 1, 2, 4, 8, 0x1c, 0x20, 0x21, 0x22, 0x23, 0x7f, 0x80, 0xff];
  const errors = new Set<string>();
  for (let round = 0; round < 2000; round++) {
    const bytes = whole.slice();
    for (let left = 1 + random(3); left > 0; left--) {
      bytes[19 + random(bytes.length - 19)] = odd[random(odd.length)]!; // behind the magic
    }
    try {
      const {graph, contents} = await read(bytes, 'compressed');
      for (let object = 0; object < graph.objects.count; object++) contents.bytes(addressOf(graph, object), sizeOf(graph, object));
    } catch (error) {
      if (!isGoheapError(error)) throw error;
      errors.add(error.code);
    }
  }
  expect([...errors].sort().filter((code) => !['bad-format', 'truncated', 'unsupported', 'limit'].includes(code))).toEqual([]);
});
