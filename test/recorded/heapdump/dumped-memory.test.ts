/**
 * The memory of a heap dump that is read out of the dump, against what was put into it: spans in any order with free slots, lists of fields of any length,
 * records between objects, and pieces of stacks. Reads of any length, anywhere.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {FileSource} from '../../../src/base/file-source.js';
import {WarningLog} from '../../../src/base/warnings.js';
import {type DumpedHeap, readHeapDump} from '../../../src/heapdump/read-heap-dump.js';
import {openExecutable} from '../../../src/image/executable.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {HeapDumpWriter} from '../../kit/heap-dump-writer.js';
import {seededRandom} from '../../kit/random-graph.js';

const HEAP = 0xc000000000;
const STACK = 0xc100000000;
const PAGE = 8192;
/** Size and pages of some classes (internal/runtime/gc/sizeclasses.go), and of an object that has a span of its own. */
const CLASSES = [
  [8, 1],
  [16, 1],
  [48, 1],
  [512, 1],
  [1152, 1],
  [3072, 3],
  [18_432, 9],
  [32_768, 4],
  [70_000, 9],
] as const;
/** At the end of a span, where it may have its own pointer bits. */
const SPARE = 256;

interface Piece {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly pointers: number[]; // offsets
}

describe('memory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-dumped-'));
  const executable = openExecutable(unpackFixture('tiny-1.26.8').executable);
  afterAll(() => {
    executable.close();
    rmSync(folder, {recursive: true});
  });
  const read = async (dump: HeapDumpWriter): Promise<DumpedHeap> => {
    const path = join(folder, 'heap.dump');
    writeFileSync(path, dump.finish());
    return readHeapDump(new FileSource(path), executable, {}, new WarningLog());
  };
  const start = () => new HeapDumpWriter().parameters('amd64', 'go1.26.8');

  test.each([1, 2, 3, 4])('of seed %d', async (seed) => {
    const random = seededRandom(seed);
    const order = [...Array(40).keys()].sort(() => random(3) - 1);
    const pieces: Piece[] = [];
    const dump = start();
    for (const number of seed === 1 ? order.sort((a, b) => b - a) : order) {
      const piece = writeSpan(dump, number, random);
      pieces.push(piece);
      if (random(8) === 0) dump.type(0x400000 + number * 64, 8, 'main.T');
    }
    for (let frame = 0, sp = STACK; frame < 20; frame++) {
      const bytes = randomBytes(8 + random(200), random);
      dump.record(5, sp, frame, 0, bytes, 0x401000, 0x401000, 0x401000, 'main.f', 0);
      pieces.push({address: sp, bytes, pointers: []});
      sp += bytes.length + (random(4) === 0 ? 64 : 0);
    }
    const heap = await read(dump);
    expect(heap.memory.size).toBe(pieces.reduce((sum, {bytes}) => sum + bytes.length, 0));
    for (const piece of pieces) expectBytes(heap, piece, 0, piece.bytes.length);
    for (let i = 0; i < 500; i++) {
      const piece = pieces[random(pieces.length)]!;
      const from = random(piece.bytes.length);
      expectBytes(heap, piece, from, from + 1 + random(piece.bytes.length - from));
    }
    const heapBitmap = heap.spans.heapBitmap!;
    for (const {address, bytes, pointers} of pieces.slice(0, order.length)) {
      const bits = heapBitmap.read(address, bytes.length, 8);
      const found = [...Array(bytes.length / 8).keys()].filter((word) => ((bits[word >>> 5]! >>> (word & 31)) & 1) === 1);
      expect(found).toEqual([...new Set(pointers.map((offset) => offset / 8))].sort((a, b) => a - b));
    }
    heap.memory.close();
  });

  test('lists of more fields than memory is read with', async () => {
    const object = (fill: number) => new Uint8Array(48).fill(fill);
    const dump = start().object(HEAP, object(1));
    for (const [slot, fields] of [
      [1, 600_000],
      [3, 90_000],
      [4, 90_000],
    ] as const) {
      dump.record(1, HEAP + slot * 48, object(slot + 1));
      for (let i = 0; i < fields; i += 10_000) dump.record(...Array<number[]>(10_000).fill([1, 8]).flat());
      dump.record(0);
    }
    const heap = await read(dump.object(HEAP + 240, object(6), [0]).object(HEAP + 288, object(7)));
    const bytes = heap.memory.read(0, PAGE);
    expect(heap.segments).toMatchObject([{address: HEAP, offset: 0, fileSize: PAGE}]);
    expect([0, 48, 96, 144, 192, 240, 288, 336].map((at) => bytes[at])).toEqual([1, 2, 0, 4, 5, 6, 7, 0]);
    expect([...heap.spans.table.allocated]).toEqual([6]);
    expect([...heap.spans.heapBitmap!.read(HEAP, 512, 48)]).toEqual([(1 << 7) | (1 << 19) | (1 << 25) | (1 << 30), 0]);
    heap.memory.close();
  });

  test('numbers that are longer than they must be', async () => {
    const padded = (value: number, length: number) =>
      Array.from({length}, (_, i) => (Math.floor(value / 128 ** i) % 128) | (i + 1 < length ? 128 : 0));
    const object = (address: number, extra: number) => [
      ...padded(1, 1 + extra),
      ...padded(address, 6 + extra),
      ...padded(16, 1 + extra),
      ...Array<number>(16).fill(extra + 1),
      ...padded(1, 1 + extra),
      ...padded(8, 1 + extra),
      ...padded(0, 1 + extra),
    ];
    const records = [0, 1, 0, 2, 3, 0, 4, 0, 0].flatMap((extra, i) => object(HEAP + i * 16, extra));
    const whole = start().finish();
    writeFileSync(join(folder, 'heap.dump'), Buffer.concat([whole.subarray(0, -1), Uint8Array.from([...records, 0])]));
    const heap = await readHeapDump(new FileSource(join(folder, 'heap.dump')), executable, {}, new WarningLog());
    expect([...heap.spans.table.allocated]).toEqual([9]);
    const bytes = heap.memory.read(0, PAGE);
    expect([...Array(10).keys()].map((slot) => bytes[slot * 16 + 15])).toEqual([1, 2, 1, 3, 4, 1, 5, 1, 1, 0]);
    heap.memory.close();
  });

  test('a span that goes on behind pieces of a stack is another one, which is read last', async () => {
    const dump = start().object(HEAP, new Uint8Array(16).fill(1)).record(5, STACK, 0, 0, new Uint8Array(16).fill(2), 0, 0, 0, 'main.f', 0);
    const heap = await read(dump.object(HEAP + 16, new Uint8Array(16).fill(3)));
    expect(heap.spans.table.count).toBe(1);
    expect(heap.segments.map(({address, fileSize}) => [address, fileSize])).toEqual([
      [HEAP, PAGE],
      [HEAP, PAGE],
      [STACK, 16],
    ]);
    expect([0, 16, PAGE, PAGE + 16, 2 * PAGE].map((at) => heap.memory.read(at, 1)[0])).toEqual([1, 0, 0, 3, 2]);
    heap.memory.close();
  });

  test('a read beyond its end is refused', async () => {
    const heap = await read(start().object(HEAP, new Uint8Array(16)));
    expect(() => heap.memory.read(PAGE - 8, 16)).toThrow(/the file ends at 0x2000/);
    heap.memory.close();
  });
});

function randomBytes(length: number, random: (below: number) => number): Uint8Array {
  return Uint8Array.from({length}, () => random(256));
}

/** Some of the span's slots, in their order. */
function writeSpan(dump: HeapDumpWriter, number: number, random: (below: number) => number): Piece {
  const [size, pages] = CLASSES[random(CLASSES.length)]!;
  const address = HEAP + number * 16 * PAGE;
  const bytes = new Uint8Array(pages * PAGE);
  const pointers: number[] = [];
  const slots = pages * PAGE < size * 2 ? 1 : Math.floor((pages * PAGE - SPARE) / size);
  const share = 1 + random(4);
  const hasPointers = random(3) > 0;
  for (let slot = 0; slot < slots; slot++) {
    if (slot > 0 && random(share) > 0) continue;
    if (random(30) === 0) dump.type(0x500000 + slot * 64, 8, 'main.Between');
    const contents = randomBytes(size, random);
    bytes.set(contents, slot * size);
    const own = hasPointers ? Array.from({length: random(random(3) === 0 ? size / 8 : 4)}, () => random(size / 8) * 8) : [];
    pointers.push(...own.map((offset) => slot * size + offset));
    dump.object(address + slot * size, contents, own);
  }
  return {address, bytes, pointers};
}

function expectBytes({memory, segments}: DumpedHeap, {address, bytes}: Piece, from: number, to: number): void {
  const segment = segments.find((one) => one.address <= address && address + bytes.length <= one.address + one.fileSize)!;
  const found = memory.read(segment.offset + address - segment.address + from, to - from);
  expect(Buffer.compare(found, bytes.subarray(from, to))).toBe(0);
}
