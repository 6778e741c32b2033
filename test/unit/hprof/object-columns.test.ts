/**
 * What the reader keeps of each object, in the columns that make it small: order by id, places in the file, rows by id, edges of values that lie anywhere in the file.
 * Expectations are lists that the language's own sort and search give.
 */
import {expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {WarningLog} from '../../../src/base/warnings.js';
import {checkGraph} from '../../../src/graph/check.js';
import {addressOf, nodeOfObject} from '../../../src/graph/objects.js';
import {buildJavaGraph} from '../../../src/hprof/build-graph.js';
import {FilePositions} from '../../../src/hprof/file-positions.js';
import {FileWindows, LONGEST_TAKE} from '../../../src/hprof/file-windows.js';
import {IdIndex} from '../../../src/hprof/id-index.js';
import {sortById} from '../../../src/hprof/sort-ids.js';
import {HprofWriter} from '../../kit/hprof-writer.js';
import {seededRandom} from '../../kit/random-graph.js';

/** Records in the order of a file; each has its number in every column. */
function columnsOf(id: readonly number[]) {
  const number = Uint32Array.from(id, (_, at) => at);
  return {
    id: Float64Array.from(id),
    kind: number.slice(),
    length: number.slice(),
    low: number.slice(),
    high: Uint8Array.from(number, (at) => at % 256),
  };
}

test.each([
  ['in order', 1, 0],
  ['a few pieces', 4, 0],
  ['many pieces', 300, 0],
  ['ids that several have', 300, 50],
])('objects are put in the order of their ids: %s', (_, pieces, same) => {
  const random = seededRandom(pieces + same);
  const id = Array.from({length: pieces}, () =>
    Array.from({length: 1 + random(60)}, () => 8 * (1 + random(1e9))).sort((a, b) => a - b),
  ).flat();
  for (let left = same; left > 0; left--) id[random(id.length)] = left % 5 === 0 ? 0 : id[random(id.length)]!;
  const wanted = [...id.keys()]
    .sort((a, b) => id[a]! - id[b]! || a - b)
    .filter((at, place, list) => id[at] !== (id[list[place - 1]!] ?? 0));
  const warnings = new WarningLog();
  const sorted = sortById(columnsOf(id), warnings);
  expect([...sorted.kind]).toEqual(wanted);
  expect([...sorted.length]).toEqual(wanted);
  expect([...sorted.low]).toEqual(wanted);
  expect([...sorted.high]).toEqual(wanted.map((at) => at % 256));
  expect([...sorted.id]).toEqual(wanted.map((at) => id[at]!));
  expect(warnings.list().map(({count}) => count)).toEqual(wanted.length < id.length ? [id.length - wanted.length] : []);
});

test('places in the file are what they were, near or far from their neighbours, beyond 4 GiB too', () => {
  const random = seededRandom(3);
  const place = Array.from({length: 1000}, (_, at) => (at % 97 === 0 ? random(2 ** 31) * 500 : 5e9 + at * 40 + (at > 500 ? 2 ** 33 : 0)));
  const positions = new FilePositions({
    low: Uint32Array.from(place, (own) => own % 2 ** 32),
    high: Uint8Array.from(place, (own) => Math.floor(own / 2 ** 32)),
  });
  expect(place.map((_, row) => positions.at(row))).toEqual(place);
});

test.each([
  ['of one heap', 16, 8],
  ['with large gaps', 2 ** 20, 8],
  ['spread over the address space', 2 ** 40, 8],
  ['that are mere numbers', 3, 1],
])('rows are found by ids %s, and nothing by what lies between', (_, gap, unit) => {
  const random = seededRandom(gap % 1000);
  const ids = new Set<number>();
  for (let at = 0, id = 1000 * unit; at < 5000; at++) {
    id += unit * (1 + random(at % 1000 === 0 ? gap : 16));
    ids.add(id);
  }
  const id = Float64Array.from(ids);
  const index = new IdIndex(id);
  expect([...id].map((own) => index.find(own))).toEqual([...id.keys()]);
  const others = [...id].flatMap((own) => [own + 1, own - unit, own + unit, own + 2 ** 45, own + 0.5]).concat(0, -8, 1, 2 ** 63);
  expect(others.filter((own) => !ids.has(own) && index.find(own) !== -1)).toEqual([]);
});

test('windows of a file have what is in it, in any order, up to its last byte', () => {
  const random = seededRandom(5);
  const bytes = Uint8Array.from({length: 6_000_000}, (_, at) => (at * 2654435761) >>> 13);
  const windows = new FileWindows(new MemorySource('app.hprof', bytes));
  for (let round = 0; round < 5000; round++) {
    const length = 1 + random(LONGEST_TAKE);
    const position = round % 10 === 0 ? bytes.length - length : random(bytes.length - length);
    const at = windows.take(position);
    for (const within of [0, length - 1]) expect(windows.view.getUint8(at + within)).toBe(bytes[position + within]);
  }
});

test('references are those of each object, however long it is and wherever the file has it', async () => {
  const [OBJECT, CLASS, LIST, WIDE, NODE] = [0x1000, 0x1100, 0x1200, 0x1300, 0x1400];
  const wide = 600; // fields: more than a window gives at once
  const writer = new HprofWriter()
    .class(OBJECT, 'java/lang/Object')
    .class(CLASS, 'java/lang/Class', {above: OBJECT})
    .class(LIST, '[Ljava/lang/Object;', {above: OBJECT})
    .class(WIDE, 'com/acme/Wide', {above: OBJECT, fields: Array.from({length: wide}, (_, at) => `f${at}:object`).join(' ')})
    .class(NODE, 'com/acme/Node', {above: OBJECT, fields: 'next:object'});
  const random = seededRandom(9);
  const addresses = Array.from({length: 400}, (_, at) => 0x100000 + at * 0x8000);
  const anyOf = (length: number) => Array.from({length}, () => (random(3) === 0 ? 0 : addresses[random(addresses.length)]!));
  const held = new Map<number, number[]>();
  for (const address of [...addresses].sort(() => random(3) - 1)) {
    const kind = random(20);
    const values = anyOf(kind === 0 ? wide : kind < 4 ? random(3000) : 1);
    held.set(
      address,
      values.filter((value) => value !== 0),
    );
    if (kind === 0) writer.instance(address, WIDE, ...values);
    else if (kind < 4) writer.objects(address, LIST, ...values);
    else writer.instance(address, NODE, ...values);
    writer.segment();
  }
  const {graph} = await buildJavaGraph(new MemorySource('app.hprof', writer.finish()), {jvmLayout: 'compressed'}, new WarningLog());
  checkGraph(graph);
  const {firstEdge, target} = graph.edges;
  const first = 1 + graph.roots.count;
  for (let object = graph.objects.count - addresses.length; object < graph.objects.count; object++) {
    const node = nodeOfObject(graph, object);
    const found = [...target.subarray(firstEdge[node]!, firstEdge[node + 1]!)].map((to) => addressOf(graph, to - first));
    expect(found).toEqual(held.get(addressOf(graph, object)));
  }
});
