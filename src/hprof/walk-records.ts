/**
 * An HPROF file → its records, in order, each given to a visitor. Heap dumps of more than 4 GiB are in segments; older writers, whose length field
 * overflowed, gave such a dump as one record with the length 0 or less 2**32 as often as it takes. A file may end anywhere, and a damaged segment costs what
 * is left of it.
 */
import {GoheapError, isGoheapError} from '../base/errors.js';
import {checkpoint, type Work} from '../base/progress.js';
import {type Bytes, hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {FILE_RECORD, FILE_RECORDS, HEAP_RECORD, type HprofHeader, OBJECT, sizesInFile} from './hprof-format.js';
import type {HprofStream} from './hprof-stream.js';

/** A class as the heap describes it; the file has some thousands. */
export interface ClassDump {
  readonly id: number;
  readonly superId: number;
  readonly loaderId: number;
  readonly others: readonly number[]; // signers, protection domain
  readonly instanceSize: Bytes; // as the file says
  readonly statics: readonly {readonly nameId: number; readonly type: number; readonly value: number}[];
  readonly fields: readonly {readonly nameId: number; readonly type: number}[]; // its own
}

/** Gets each record whole; what it leaves of an object's data is skipped. */
export interface RecordVisitor {
  text?(id: number, position: Bytes, length: Bytes): void;
  loadClass?(serial: number, classId: number, nameId: number): void;
  frame?(id: number, nameId: number, fileId: number, classSerial: number, line: number): void;
  trace?(serial: number, thread: number, frames: readonly number[]): void;
  /** `thread` and `frame`: 0 and −1 where the record has none; of a thread itself its serial and that of its trace. */
  root?(tag: number, id: number, thread: number, frame: number): void;
  classDump?(dump: ClassDump): void;
  /** The stream is at the fields' values. */
  instance(id: number, classId: number, length: Bytes): void;
  /** The stream is at the elements. */
  objectArray(id: number, classId: number, length: number): void;
  primitiveArray(id: number, type: number, length: number): void;
}

/** Work between two looks at the outside. */
const SLICE: Bytes = 8 << 20;

/**
 * Up to `until` or as far as the file can be read: gives where that was. What is damaged or missing is a warning. Rejects with `signal.reason` when
 * aborted.
 */
export async function walkRecords(
  stream: HprofStream,
  visitor: RecordVisitor,
  {header, stage, until, warnings}: {header: HprofHeader; stage: string; until?: Bytes; warnings?: WarningLog},
  work: Work,
): Promise<Bytes> {
  const walk = new RecordWalk(stream, visitor, until ?? stream.source.size, warnings);
  stream.moveTo(header.end);
  while (!walk.ended) {
    walk.go(stream.position + SLICE);
    work.onProgress?.(stage, stream.position, stream.source.size);
    await checkpoint(work);
  }
  return walk.end;
}

const TRUNCATED = 'hprof-truncated';
const DAMAGED = 'hprof-damaged';

class RecordWalk {
  ended = false;
  /** Behind the last record that was whole. */
  end: Bytes = 0;
  readonly #stream: HprofStream;
  readonly #visitor: RecordVisitor;
  readonly #until: Bytes;
  readonly #warnings: WarningLog | undefined;
  readonly #sizes: Uint8Array;
  #heapStart: Bytes = 0; // of the heap record that is being read
  #heapLength: Bytes = -1; // as its header says; −1: none is being read
  #isUnended = true; // there is no heap yet, or segments of one and no record that ends them

  constructor(stream: HprofStream, visitor: RecordVisitor, until: Bytes, warnings: WarningLog | undefined) {
    this.#stream = stream;
    this.#visitor = visitor;
    this.#until = until;
    this.#warnings = warnings;
    this.#sizes = sizesInFile(stream.idSize);
  }

  /** Whole records up to a position, or one behind it. */
  go(limit: Bytes): void {
    const stream = this.#stream;
    try {
      while (stream.position < limit) {
        this.end = stream.position;
        if (this.end >= this.#until) {
          this.ended = true;
          if (this.#isUnended) this.#warnings?.add(TRUNCATED, `${stream.source.name} has no end: what is there is read.`);
          return;
        }
        if (this.#heapLength >= 0) this.#heapStep();
        else this.#record();
      }
    } catch (error) {
      if (!isGoheapError(error) || (error.code !== 'truncated' && error.code !== 'bad-format')) throw error;
      this.#stop(error);
    }
  }

  /** The file ends here, or the segment does: behind it there may be others. */
  #stop(error: GoheapError): void {
    const {size, name} = this.#stream.source;
    const next = this.#heapStart + this.#heapLength;
    if (error.code === 'truncated' || this.#heapLength <= 0 || next <= this.end || next >= size) {
      this.ended = true;
      const missing = error.code === 'truncated' ? 'is cut short' : 'cannot be read further';
      this.#warnings?.add(
        error.code === 'truncated' ? TRUNCATED : DAMAGED,
        `${name} ${missing} at ${hex(this.end)} of ${hex(size)}: what was before is read (${error.message}).`,
      );
      return;
    }
    this.#warnings?.add(DAMAGED, `${name}: a part of the heap cannot be read from ${hex(this.end)} to ${hex(next)} (${error.message}).`);
    this.#heapLength = -1;
    this.#stream.moveTo(next);
  }

  #fail(problem: string): never {
    throw new GoheapError('bad-format', `${this.#stream.source.name}: at ${hex(this.end)}: ${problem}`);
  }

  #record(): void {
    const stream = this.#stream;
    const tag = stream.u1();
    stream.u4(); // when
    const length = stream.u4();
    if (tag === FILE_RECORD.heapSegment) this.#isUnended = true;
    if (tag === FILE_RECORD.heapEnd || tag === FILE_RECORD.heapDump) this.#isUnended = false;
    if (tag === FILE_RECORD.heapDump || tag === FILE_RECORD.heapSegment) {
      this.#heapStart = stream.position;
      this.#heapLength = length;
      return;
    }
    if (!FILE_RECORDS.has(tag)) this.#fail(`no record has the tag ${tag}`);
    stream.require(length);
    const end = stream.position + length;
    this.#smallRecord(tag, length);
    if (stream.position > end) this.#fail(`a record of ${length} bytes is too short`);
    stream.moveTo(end);
  }

  #smallRecord(tag: number, length: Bytes): void {
    const stream = this.#stream;
    const visitor = this.#visitor;
    if (tag === FILE_RECORD.text) {
      const id = stream.id();
      visitor.text?.(id, stream.position, length - stream.idSize);
    } else if (tag === FILE_RECORD.loadClass) {
      const [serial, classId] = [stream.u4(), stream.id()];
      stream.u4(); // where it was loaded
      visitor.loadClass?.(serial, classId, stream.id());
    } else if (tag === FILE_RECORD.frame) {
      const [id, nameId] = [stream.id(), stream.id()];
      stream.id(); // its signature
      const [fileId, classSerial, line] = [stream.id(), stream.u4(), stream.u4() | 0];
      visitor.frame?.(id, nameId, fileId, classSerial, line);
    } else if (tag === FILE_RECORD.trace) {
      const [serial, thread, count] = [stream.u4(), stream.u4(), stream.u4()];
      stream.require(count * stream.idSize);
      if (visitor.trace)
        visitor.trace(
          serial,
          thread,
          Array.from({length: Math.min(count, length)}, () => stream.id()),
        );
    }
  }

  #heapStep(): void {
    const stream = this.#stream;
    if (this.#isHeapEnd()) {
      this.#heapLength = -1;
      return;
    }
    this.#heapRecord(stream.u1());
  }

  /** Whether the record is over. What does not say how long it is ends where another record begins. */
  #isHeapEnd(): boolean {
    const stream = this.#stream;
    const done = stream.position - this.#heapStart;
    if (this.#heapLength > 0 && done < this.#heapLength) return false;
    const mayBeLonger = this.#heapLength === 0 || stream.source.size - this.#heapStart >= 2 ** 32;
    if (!mayBeLonger || stream.remaining === 0) return true;
    if (this.#heapLength > 0 && (done - this.#heapLength) % 2 ** 32 !== 0) return false;
    const position = stream.position;
    const isRecord = this.#isRecordHere();
    stream.moveTo(position);
    return isRecord;
  }

  #isRecordHere(): boolean {
    const stream = this.#stream;
    if (stream.remaining < 9) return false;
    const tag = stream.u1();
    stream.u4();
    const length = stream.u4();
    if (tag === FILE_RECORD.heapEnd) return length === 0;
    if (tag === FILE_RECORD.heapSegment || tag === FILE_RECORD.heapDump) return true;
    return this.#heapLength > 0 && FILE_RECORDS.has(tag) && length <= stream.remaining;
  }

  #heapRecord(tag: number): void {
    const stream = this.#stream;
    switch (tag) {
      case HEAP_RECORD.instance: {
        const id = stream.id();
        stream.u4(); // where it was allocated
        const classId = stream.id();
        const length = stream.u4();
        stream.require(length);
        const end = stream.position + length;
        this.#visitor.instance(id, classId, length);
        stream.moveTo(end);
        return;
      }
      case HEAP_RECORD.primitiveArray:
      case HEAP_RECORD.arrayWithoutData: {
        const id = stream.id();
        stream.u4();
        const length = stream.u4();
        const type = stream.u1();
        const size = this.#sizes[type]!;
        if (size === 0 || type === OBJECT) this.#fail(`no array has elements of the type ${type}`);
        const bytes = tag === HEAP_RECORD.primitiveArray ? length * size : 0;
        stream.require(bytes);
        const end = stream.position + bytes;
        this.#visitor.primitiveArray(id, type, length);
        stream.moveTo(end);
        return;
      }
      case HEAP_RECORD.objectArray: {
        const id = stream.id();
        stream.u4();
        const length = stream.u4();
        const classId = stream.id();
        stream.require(length * stream.idSize);
        const end = stream.position + length * stream.idSize;
        this.#visitor.objectArray(id, classId, length);
        stream.moveTo(end);
        return;
      }
      case HEAP_RECORD.classDump:
        this.#classDump();
        return;
      default:
        this.#root(tag);
    }
  }

  #root(tag: number): void {
    const stream = this.#stream;
    const {root} = this.#visitor;
    const id = tag === HEAP_RECORD.heapInfo ? stream.u4() : stream.id();
    let [thread, frame] = [0, -1];
    switch (tag) {
      case HEAP_RECORD.heapInfo: // of Android: what comes next is of that heap
        stream.id();
        return;
      case HEAP_RECORD.jniGlobal:
        stream.id();
        break;
      case HEAP_RECORD.jniLocal:
      case HEAP_RECORD.javaFrame:
      case HEAP_RECORD.thread:
      case HEAP_RECORD.jniMonitor:
        thread = stream.u4();
        frame = stream.u4() | 0;
        break;
      case HEAP_RECORD.nativeStack:
      case HEAP_RECORD.threadBlock:
        thread = stream.u4();
        break;
      case HEAP_RECORD.unknown:
      case HEAP_RECORD.stickyClass:
      case HEAP_RECORD.monitor:
      case HEAP_RECORD.interned:
      case HEAP_RECORD.finalizing:
      case HEAP_RECORD.debugger:
      case HEAP_RECORD.referenceCleanup:
      case HEAP_RECORD.vmInternal:
      case HEAP_RECORD.unreachable:
        break;
      default:
        this.#fail(`no part of a heap has the tag ${tag}`);
    }
    root?.call(this.#visitor, tag, id, thread, frame);
  }

  #classDump(): void {
    const stream = this.#stream;
    const id = stream.id();
    stream.u4();
    const [superId, loaderId, signers, domain] = [stream.id(), stream.id(), stream.id(), stream.id()];
    stream.skip(2 * stream.idSize);
    const instanceSize = stream.u4();
    for (let left = stream.u2(); left > 0; left--) {
      stream.u2();
      this.#value();
    }
    const statics = Array.from({length: stream.u2()}, () => ({nameId: stream.id(), ...this.#value()}));
    const fields = Array.from({length: stream.u2()}, () => ({nameId: stream.id(), type: this.#type()}));
    this.#visitor.classDump?.({id, superId, loaderId, others: [signers, domain], instanceSize, statics, fields});
  }

  /** Of a static field: only references have a value that counts. */
  #value(): {type: number; value: number} {
    const type = this.#type();
    if (type === OBJECT) return {type, value: this.#stream.id()};
    const size = this.#sizes[type]!;
    const value = size === 8 ? this.#stream.u8() : size === 4 ? this.#stream.u4() : size === 2 ? this.#stream.u2() : this.#stream.u1();
    return {type, value};
  }
  #type(): number {
    const type = this.#stream.u1();
    if (this.#sizes[type] === 0) this.#fail(`no field has the type ${type}`);
    return type;
  }
}
