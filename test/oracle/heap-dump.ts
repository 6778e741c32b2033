/**
 * A heap dump of runtime/debug.WriteHeapDump → its records: objects with pointer slots, data and bss, goroutines with
 * frames, finalizers, itabs, memory statistics. Go: runtime/heapdump.go, tags and fields the same from 1.17 to 1.27.
 * It is the oracle for what src/ reads from a core, so it shares no code with src/. It knows nothing of types, of the
 * registers, of stack objects, of cleanups and of weak handles: the runtime does not write them.
 */
import {readFileSync} from 'node:fs';
import {DumpCursor} from './dump-cursor.js';
import {type DumpObjects, dropTailRecords} from './tail-records.js';

/** Bytes of the process with the offsets at which the runtime says that a pointer is. */
export interface PointerBlock {
  readonly address: number;
  readonly contents: Uint8Array;
  readonly field: readonly number[]; // byte offsets from `address`
}
export interface DumpFrame extends PointerBlock {
  readonly depth: number; // 0 is the innermost
  readonly pc: number;
  readonly entry: number;
  readonly name: string;
}
export interface DumpGoroutine {
  readonly g: number;
  readonly sp: number;
  readonly id: number;
  readonly status: number;
  readonly system: boolean;
  readonly waitReason: string;
  readonly context: number; // sched.ctxt
  readonly deferAddress: number;
  readonly panicAddress: number;
  readonly frames: DumpFrame[];
}
export interface DumpFinalizer {
  readonly object: number;
  readonly function: number;
  readonly queued: boolean;
}
export interface HeapDump {
  readonly version: string;
  readonly goarch: string;
  readonly objects: DumpObjects;
  /** Records of span tails that are no objects (Go 1.22 and later); `objects` is without them. */
  readonly tailRecords: number;
  readonly data: PointerBlock;
  readonly bss: PointerBlock;
  readonly goroutines: readonly DumpGoroutine[];
  readonly finalizers: readonly DumpFinalizer[];
  readonly itabs: readonly {readonly itab: number; readonly type: number}[];
  readonly typeNames: ReadonlyMap<number, string>; // only the types of itabs
  readonly memstats: Readonly<Record<string, number>>;
}

const MEMSTATS =
  'Alloc TotalAlloc Sys Lookups Mallocs Frees HeapAlloc HeapSys HeapIdle HeapInuse HeapReleased HeapObjects StackInuse StackSys MSpanInuse MSpanSys MCacheInuse MCacheSys BuckHashSys GCSys OtherSys NextGC LastGC PauseTotalNs'.split(
    ' ',
  );
const HEADER = 'go1.7 heap dump\n';

/** Reads the whole file; throws an Error with the position when a record is none of the known ones. */
export function readHeapDump(path: string): HeapDump {
  const cursor = new DumpCursor(readFileSync(path));
  cursor.expectText(HEADER);
  const reading = createReading();
  for (let tag = cursor.int(); tag !== 0; tag = cursor.int()) readRecord(cursor, tag, reading);
  const {objects, dropped} = dropTailRecords(reading.objects, reading.version);
  if (reading.data === undefined || reading.bss === undefined) throw new Error(`${path}: no data or bss record`);
  return {...reading, objects, tailRecords: dropped, data: reading.data, bss: reading.bss};
}

interface Reading {
  version: string;
  goarch: string;
  data: PointerBlock | undefined;
  bss: PointerBlock | undefined;
  memstats: Record<string, number>;
  readonly objects: {address: number[]; size: number[]; firstField: number[]; fieldOffset: number[]; fieldValue: number[]};
  readonly goroutines: DumpGoroutine[];
  readonly finalizers: DumpFinalizer[];
  readonly itabs: {itab: number; type: number}[];
  readonly typeNames: Map<number, string>;
}
function createReading(): Reading {
  return {
    version: '',
    goarch: '',
    data: undefined,
    bss: undefined,
    memstats: {},
    objects: {address: [], size: [], firstField: [0], fieldOffset: [], fieldValue: []},
    goroutines: [],
    finalizers: [],
    itabs: [],
    typeNames: new Map(),
  };
}

function readRecord(cursor: DumpCursor, tag: number, into: Reading): void {
  switch (tag) {
    case 1:
      readObject(cursor, into);
      return;
    case 3: {
      const address = cursor.int();
      cursor.int(); // size
      into.typeNames.set(address, cursor.text());
      cursor.int(); // whether an interface holds it indirectly
      return;
    }
    case 4:
      into.goroutines.push(readGoroutine(cursor));
      return;
    case 5:
      into.goroutines.at(-1)!.frames.push(readFrame(cursor));
      return;
    case 6:
      readParameters(cursor, into);
      return;
    case 7:
    case 11: {
      const [object, fn] = cursor.ints(5);
      into.finalizers.push({object: object!, function: fn!, queued: tag === 11});
      return;
    }
    case 8:
      into.itabs.push({itab: cursor.int(), type: cursor.int()});
      return;
    case 10:
      into.memstats = readMemstats(cursor);
      return;
    case 12:
      into.data = readBlock(cursor);
      return;
    case 13:
      into.bss = readBlock(cursor);
      return;
    default:
      skipRecord(cursor, tag);
  }
}

/** Records that no test asks for: threads, defers, panics, allocation samples. */
function skipRecord(cursor: DumpCursor, tag: number): void {
  const intsOf: Readonly<Record<number, number>> = {9: 3, 14: 7, 15: 6, 17: 2};
  if (tag === 16) {
    cursor.ints(2);
    const frames = cursor.int();
    for (let i = 0; i < frames; i++) {
      cursor.text();
      cursor.text();
      cursor.int();
    }
    cursor.ints(2);
    return;
  }
  const count = intsOf[tag];
  if (count === undefined) cursor.fail(`unknown record ${tag}`);
  cursor.ints(count);
}

function readObject(cursor: DumpCursor, {objects}: Reading): void {
  objects.address.push(cursor.int());
  const contents = cursor.bytes();
  objects.size.push(contents.length);
  for (const offset of readFields(cursor)) {
    objects.fieldOffset.push(offset);
    objects.fieldValue.push(wordAt(contents, offset));
  }
  objects.firstField.push(objects.fieldOffset.length);
}

function readFields(cursor: DumpCursor): number[] {
  const offsets: number[] = [];
  for (let kind = cursor.int(); kind !== 0; kind = cursor.int()) {
    if (kind !== 1) cursor.fail(`field kind ${kind}; the runtime only writes pointers`);
    offsets.push(cursor.int());
  }
  return offsets;
}

function readBlock(cursor: DumpCursor): PointerBlock {
  return {address: cursor.int(), contents: cursor.bytes(), field: readFields(cursor)};
}

function readGoroutine(cursor: DumpCursor): DumpGoroutine {
  const [g, sp, id, , status, system] = cursor.ints(8);
  const waitReason = cursor.text();
  const [context, , deferAddress, panicAddress] = cursor.ints(4);
  return {
    g: g!,
    sp: sp!,
    id: id!,
    status: status!,
    system: system === 1,
    waitReason,
    context: context!,
    deferAddress: deferAddress!,
    panicAddress: panicAddress!,
    frames: [],
  };
}

function readFrame(cursor: DumpCursor): DumpFrame {
  const [address, depth] = cursor.ints(3);
  const contents = cursor.bytes();
  const [entry, pc] = cursor.ints(3);
  const name = cursor.text();
  return {address: address!, depth: depth!, contents, entry: entry!, pc: pc!, name, field: readFields(cursor)};
}

function readParameters(cursor: DumpCursor, into: Reading): void {
  const [bigEndian, pointerSize] = cursor.ints(4);
  if (bigEndian !== 0 || pointerSize !== 8) cursor.fail('only 64-bit little-endian dumps are read');
  into.goarch = cursor.text();
  into.version = cursor.text();
  cursor.int(); // number of processors
}

function readMemstats(cursor: DumpCursor): Record<string, number> {
  const result: Record<string, number> = {};
  for (const name of MEMSTATS) result[name] = cursor.int();
  cursor.ints(256); // PauseNs
  result.NumGC = cursor.int();
  return result;
}

/** The word at a byte offset; values of 2**53 and more, which are no addresses, are rounded. */
export function wordAt(contents: Uint8Array, offset: number): number {
  const view = new DataView(contents.buffer, contents.byteOffset, contents.byteLength);
  return view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true);
}
