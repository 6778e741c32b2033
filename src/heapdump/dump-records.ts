/**
 * The records of a heap dump by tag, and the small ones as what they say. Truth: runtime/heapdump.go, Go 1.7 – 1.27, which all write the same.
 */
import type {Address, Bytes} from '../base/units.js';
import type {DumpStream} from './dump-stream.js';

/** In this order, but that objects come before goroutines, and these before segments. */
export const RECORD = {
  end: 0,
  object: 1,
  otherRoot: 2,
  type: 3,
  goroutine: 4,
  frame: 5,
  parameters: 6,
  finalizer: 7,
  itab: 8,
  thread: 9,
  memoryStatistics: 10,
  queuedFinalizer: 11,
  data: 12,
  bss: 13,
  defer: 14,
  panic: 15,
  profileBucket: 16,
  profileSample: 17,
} as const;

export interface DumpParameters {
  readonly isBigEndian: boolean;
  readonly pointerSize: Bytes;
  readonly goarch: string;
  readonly goVersion: string | undefined; // runtime.Version(), with experiments; see dump-dialect.ts
}
export interface DumpedType {
  readonly address: Address;
  readonly size: Bytes;
  readonly name: string;
}
export interface DumpedItab {
  readonly address: Address;
  readonly type: Address;
}
export interface DumpedFinalizer {
  readonly object: Address;
  readonly fn: Address; // the closure
  readonly argumentType: Address; // of the interface or pointer that the function takes: fint
  readonly pointerType: Address; // of the pointer that it was set for: ot
  readonly queued: boolean;
}
export interface DumpedBucket {
  readonly id: number;
  readonly objectSize: Bytes;
  readonly stack: readonly {readonly function: string; readonly file: string; readonly line: number}[]; // innermost first
  readonly allocations: number;
  readonly frees: number;
}

/** What a dump lists beside objects, roots and memory. */
export interface DumpedRecords {
  readonly types: readonly DumpedType[]; // those of itabs
  readonly itabs: readonly DumpedItab[];
  readonly finalizers: readonly DumpedFinalizer[];
  readonly statistics: ReadonlyMap<string, number>; // MemStats; empty when the dump ends before
  readonly buckets: readonly DumpedBucket[];
  readonly samples: readonly {readonly object: Address; readonly bucket: number}[];
}

/** MemStats in the order of the record; then come 256 pauses and the number of collections. */
const STATISTICS = (
  'Alloc TotalAlloc Sys Lookups Mallocs Frees HeapAlloc HeapSys HeapIdle HeapInuse HeapReleased HeapObjects StackInuse StackSys MSpanInuse ' +
  'MSpanSys MCacheInuse MCacheSys BuckHashSys GCSys OtherSys NextGC LastGC PauseTotalNs'
).split(' ');
const PAUSES = 256;
/** Deeper stacks are damage. */
const MOST_CALLS = 1 << 16;

/** `versionOf`: of what the record says in place of a version. */
export function readParameters(stream: DumpStream, versionOf: (said: string) => string | undefined): DumpParameters {
  const [isBigEndian, pointerSize] = [stream.number() !== 0, stream.number()];
  skipNumbers(stream, 2); // where arenas begin and end
  const [goarch, said] = [stream.text(), stream.text()];
  stream.number(); // processors
  return {isBigEndian, pointerSize, goarch, goVersion: versionOf(said)};
}

export function readType(stream: DumpStream): DumpedType {
  const type = {address: stream.number(), size: stream.number(), name: stream.text()};
  stream.number(); // whether interfaces hold a pointer to it
  return type;
}

export function readFinalizer(stream: DumpStream, queued: boolean): DumpedFinalizer {
  const [object, fn] = [stream.number(), stream.number()];
  stream.number(); // the function's code
  return {object, fn, argumentType: stream.number(), pointerType: stream.number(), queued};
}

/** By the names of runtime.MemStats. */
export function readStatistics(stream: DumpStream): ReadonlyMap<string, number> {
  const statistics = new Map(STATISTICS.map((name) => [name, stream.number()]));
  skipNumbers(stream, PAUSES);
  return statistics.set('NumGC', stream.number());
}

export function readBucket(stream: DumpStream): DumpedBucket {
  const [id, objectSize, depth] = [stream.number(), stream.number(), stream.number()];
  if (depth > MOST_CALLS) stream.fail(`a stack of ${depth} calls`);
  const stack = Array.from({length: depth}, () => ({function: stream.text(), file: stream.text(), line: stream.number()}));
  return {id, objectSize, stack, allocations: stream.number(), frees: stream.number()};
}

/** Of records that nothing is kept of: how many numbers, in front of a text and then more, they have. */
const OTHERS: ReadonlyMap<number, readonly ('number' | 'text')[]> = new Map([
  [RECORD.otherRoot, ['text', 'number']],
  [RECORD.goroutine, [...Array<'number'>(8).fill('number'), 'text', ...Array<'number'>(4).fill('number')]],
  [RECORD.thread, Array<'number'>(3).fill('number')],
  [RECORD.defer, Array<'number'>(7).fill('number')],
  [RECORD.panic, Array<'number'>(6).fill('number')],
]);

/** False for a tag that no version has. */
export function skipRecord(stream: DumpStream, tag: number): boolean {
  const parts = OTHERS.get(tag);
  for (const part of parts ?? []) part === 'text' ? stream.text() : stream.number();
  return parts !== undefined;
}

function skipNumbers(stream: DumpStream, count: number): void {
  for (let i = 0; i < count; i++) stream.number();
}
