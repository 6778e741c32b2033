/** What is at which address, and every way to read it, against a plain model of memory. */
import {describe, expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {WarningLog} from '../../../src/base/warnings.js';
import {readElf} from '../../../src/elf/elf-file.js';
import {createMemoryImage, type MemoryImage} from '../../../src/image/memory-image.js';
import {assemble, cString, u64, zeros} from '../../kit/assemble.js';
import {coreBytes, PT_LOAD, pattern, readCoreBytes} from '../../kit/core-bytes.js';
import {elfBytes, type SegmentSpec} from '../../kit/elf-bytes.js';

interface Built {
  readonly image: MemoryImage;
  readonly warnings: string[];
}

function build(core: readonly SegmentSpec[], executable?: readonly SegmentSpec[], cutTo?: number): Built {
  const log = new WarningLog();
  const file = readCoreBytes(coreBytes([], core).subarray(0, cutTo));
  const elf = executable && readElf(new MemorySource('exe', elfBytes({segments: executable})));
  const image = createMemoryImage(file, elf && {elf}, log);
  return {image, warnings: log.list().map(({code}) => code)};
}
const load = (address: number | bigint, data: Uint8Array, more: Partial<SegmentSpec> = {}): SegmentSpec => ({
  type: PT_LOAD,
  flags: 6,
  address,
  data,
  ...more,
});
const ranges = (list: readonly {start: number; end: number}[]) => list.map(({start, end}) => [start, end]);

describe('mappings', () => {
  test('are sorted by address, and end below the vsyscall page', () => {
    const {image} = build([load(0x9000, pattern(4096, 1)), load(0x1000, pattern(4096, 2)), load(0xffffffffff600000n, pattern(4096, 3))]);
    expect(ranges(image.mappings)).toEqual([
      [0x1000, 0x2000],
      [0x9000, 0xa000],
    ]);
  });
  test('reservations without access are neither mapped nor missing; memory that was left out is missing', () => {
    const {image} = build([
      load(0x1000, new Uint8Array(0), {flags: 0, memorySize: 0x1000}),
      load(0x4000, pattern(4096, 1), {memorySize: 0x3000}),
    ]);
    expect(ranges(image.mappings)).toEqual([[0x4000, 0x5000]]);
    expect(ranges(image.missing)).toEqual([[0x5000, 0x7000]]);
  });
  test('of segments that overlap, the first by address wins', () => {
    const {image} = build([load(0x1000, pattern(0x2000, 1)), load(0x2000, pattern(0x2000, 50))]);
    expect(ranges(image.mappings)).toEqual([
      [0x1000, 0x3000],
      [0x3000, 0x4000],
    ]);
    expect(image.bytes(0x2000, 0x1001)).toEqual(
      assembleParts(pattern(0x2000, 1).subarray(0x1000), pattern(0x2000, 50).subarray(0x1000, 0x1001)),
    );
  });
  test('a segment that holds no bytes hides none of another one, and nothing is missing twice', () => {
    const {image, warnings} = build([
      load(0x1000, new Uint8Array(0), {memorySize: 2 ** 40}),
      load(0x2000, new Uint8Array(0), {memorySize: 0x9000, flags: 0}),
      load(0x3000, pattern(0x1000, 1), {memorySize: 2 ** 50}),
      load(0x5000, pattern(0x1000, 2)),
      load(0x6000, pattern(0, 2), {fileSize: 2 ** 45, memorySize: 2 ** 45}),
      load(0x7000, pattern(0x1000, 3)),
    ]);
    expect(ranges(image.mappings).slice(0, 2)).toEqual([
      [0x3000, 0x4000],
      [0x5000, 0x6000],
    ]);
    expect(image.bytes(0x3000, 0x1000)).toEqual(pattern(0x1000, 1));
    expect(image.bytes(0x5000, 0x1000)).toEqual(pattern(0x1000, 2));
    let behind = 0;
    for (const {start, end} of image.missing) {
      expect(start).toBeGreaterThanOrEqual(behind);
      behind = end;
    }
    expect(warnings).toEqual(['core-truncated']);
  });
  test('bytes of the core win; the executable fills what is read-only', () => {
    const {image, warnings} = build(
      [load(0x400000, pattern(4096, 1), {flags: 5, memorySize: 0x3000})],
      [load(0x400000, pattern(0x3000, 99), {flags: 5}), load(0x500000, pattern(4096, 5), {flags: 4})],
    );
    expect(image.bytes(0x400000, 4096)).toEqual(pattern(4096, 1));
    expect(image.bytes(0x401000, 0x2000)).toEqual(pattern(0x3000, 99).subarray(0x1000));
    expect(image.bytes(0x500000, 4096)).toEqual(pattern(4096, 5));
    expect([image.missing, warnings]).toEqual([[], []]);
  });
  test('writable memory is taken from the executable with a warning, and its tail is zero', () => {
    const {image, warnings} = build([load(0x1000, pattern(4096, 1))], [load(0x8000, pattern(100, 9), {memorySize: 0x2000})]);
    expect(image.bytes(0x8000, 0x2000)).toEqual(assembleParts(pattern(100, 9), new Uint8Array(0x2000 - 100)));
    expect(warnings).toEqual(['data-from-executable']);
  });
  test('writable memory that a cut core should have stays missing', () => {
    const segments = [load(0x8000, pattern(0x3000, 1))];
    const whole = coreBytes([], segments).length;
    const {image, warnings} = build(
      segments,
      [load(0x8000, pattern(0x3000, 9)), load(0x10000, pattern(16, 2), {flags: 4})],
      whole - 0x1800,
    );
    expect(ranges(image.missing)).toEqual([[0x9800, 0xb000]]);
    expect(image.bytes(0x8000, 0x1800)).toEqual(pattern(0x3000, 1).subarray(0, 0x1800));
    expect(image.isMapped(0x9800, 1)).toBe(false);
    expect(warnings).toEqual(['core-truncated']);
  });
  test('read-only memory that a cut core should have comes from the executable', () => {
    const segments = [load(0x8000, pattern(0x2000, 1), {flags: 4})];
    const {image} = build(segments, [load(0x8000, pattern(0x2000, 1), {flags: 4})], coreBytes([], segments).length - 0x1000);
    expect(image.bytes(0x8000, 0x2000)).toEqual(pattern(0x2000, 1));
    expect(image.missing).toEqual([]);
  });
});

describe('reads', () => {
  const window = 65536;
  // Two adjacent segments whose border is inside a window, and one beyond a hole.
  const parts = [
    load(window - 4096, pattern(4096 + 100, 3)),
    load(window + 100, pattern(2 * window, 77)),
    load(5 * window, pattern(4096, 5)),
  ];
  const model = new Map<number, number>();
  for (const {address, data} of parts) for (const [i, byte] of data!.entries()) model.set(Number(address) + i, byte);
  const {image} = build(parts);
  const expected = (address: number, length: number) => {
    const result = Array.from({length}, (_, i) => model.get(address + i));
    return result.includes(undefined) ? undefined : Uint8Array.from(result as number[]);
  };
  const places = [
    window - 4096,
    window - 4097,
    window - 8,
    window - 7,
    window - 1,
    window,
    window + 92,
    window + 93,
    window + 99,
    window + 100,
  ];
  places.push(
    2 * window - 3,
    3 * window + 92,
    3 * window + 93,
    3 * window + 99,
    3 * window + 100,
    5 * window + 4088,
    5 * window + 4089,
    0,
    -8,
    2 ** 60,
  );

  test.each(places)('numbers at %i', (address) => {
    const check = (length: number, read: (a: number) => number, decode: (view: DataView) => number) => {
      const bytes = expected(address, length);
      if (bytes) expect(read(address)).toBe(decode(new DataView(bytes.buffer)));
      else expect(() => read(address)).toThrow(expect.objectContaining({code: 'unmapped'}));
      expect(image.isMapped(address, length)).toBe(bytes !== undefined);
      expect(image.find(address, length)).toEqual(bytes);
    };
    check(
      1,
      (a) => image.u8(a),
      (view) => view.getUint8(0),
    );
    check(
      2,
      (a) => image.u16(a),
      (view) => view.getUint16(0, true),
    );
    check(
      4,
      (a) => image.u32(a),
      (view) => view.getUint32(0, true),
    );
    check(
      4,
      (a) => image.i32(a),
      (view) => view.getInt32(0, true),
    );
    check(
      8,
      (a) => image.word(a),
      (view) => Number(view.getBigUint64(0, true)),
    );
  });
  test.each([1, 100, 4096, 65536, 65537, 131072 + 4096, 131072 + 4197])('%i bytes from several places', (length) => {
    for (const address of places) {
      const bytes = expected(address, length);
      if (bytes) {
        const into = new Uint8Array(length);
        image.readInto(address, into);
        expect([image.bytes(address, length), into].map((read) => Buffer.compare(read, bytes))).toEqual([0, 0]);
      } else {
        expect(() => image.bytes(address, length)).toThrow(expect.objectContaining({code: 'unmapped'}));
        expect(() => image.readInto(address, new Uint8Array(length))).toThrow(expect.objectContaining({code: 'unmapped'}));
      }
    }
  });
  test('not a number is unmapped; nothing is nothing', () => {
    expect(() => image.word(Number.NaN)).toThrow(expect.objectContaining({code: 'unmapped'}));
    expect(image.isMapped(Number.NaN, 8)).toBe(false);
    expect(image.bytes(0, 0)).toHaveLength(0);
  });
  test('an absurd length allocates nothing', () => {
    expect(() => image.bytes(window, 2 ** 50)).toThrow(expect.objectContaining({code: 'unmapped'}));
  });
  test('what was read stays true when blocks are replaced', () => {
    const many = build(Array.from({length: 600}, (_, i) => load(i * window, pattern(16, i)))).image;
    const views = Array.from({length: 600}, (_, i) => many.bytes(i * window, 16));
    for (const [i, view] of views.entries()) expect(view).toEqual(pattern(16, i));
  });
  test('coverage and contiguous count mapped bytes', () => {
    expect(image.coverage(0, 10 * window)).toBe(model.size);
    expect(image.coverage(window - 10, window + 110)).toBe(120);
    expect(image.coverage(4 * window, 5 * window + 1)).toBe(1);
    expect(image.coverage(7 * window, 8 * window)).toBe(0);
    expect(image.contiguous(window + 50)).toBe(2 * window + 50);
    expect(image.contiguous(0)).toBe(0);
  });
});

describe('cString', () => {
  const {image} = build([
    load(0x1fff0, assemble(cString('across the border of two windows, Grüße'), zeros(4))),
    load(0x40000, pattern(8, 1)),
  ]);
  test('ends at NUL or limit', () => {
    expect(image.cString(0x1fff0, 1000)).toBe('across the border of two windows, Grüße');
    expect(image.cString(0x1fff0, 20)).toBe('across the border of');
  });
  test('is unmapped when it ends with its memory', () => {
    expect(() => image.cString(0x40000, 100)).toThrow(expect.objectContaining({code: 'unmapped'}));
    expect(image.cString(0x40000, 3)).toBe(new TextDecoder('utf-8').decode(pattern(3, 1)));
  });
});

test('words above 2**53 are rounded, not refused', () => {
  expect(build([load(0x1000, assemble(u64(0xffffffffffffffffn)))]).image.word(0x1000)).toBe(2 ** 64);
});

function assembleParts(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
