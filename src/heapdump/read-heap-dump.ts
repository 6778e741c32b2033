/**
 * A heap dump of the runtime (runtime/debug.WriteHeapDump) → the same as a core: its memory by address, and the spans of its heap. Objects, the frames
 * of stacks, data and bss lie in the dump one by one, each behind a record's head. One pass notes where; every later stage reads them as it reads a core
 * (dumped-memory.ts). What a dump lacks stays missing: the runtime's own memory outside the heap, registers, and what is in no frame of a stack.
 */
import {GoheapError, isGoheapError} from '../base/errors.js';
import type {FileSource} from '../base/file-source.js';
import {checkpoint, type Work} from '../base/progress.js';
import {type Address, type Bytes, hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {EM} from '../elf/elf-constants.js';
import type {Segment} from '../elf/elf-file.js';
import type {MemoryPart} from '../image/core-file.js';
import type {Arch} from '../image/core-notes.js';
import type {Executable} from '../image/executable.js';
import {HEAP_DUMP_MAGIC} from '../image/heap-dump-magic.js';
import {LARGEST_CLASS} from '../runtime/memory/size-classes.js';
import type {RuntimeSpans} from '../runtime/memory/spans.js';
import {dumpFormat, findDumpVersion} from './dump-dialect.js';
import {
  type DumpedBucket,
  type DumpedFinalizer,
  type DumpedItab,
  type DumpedRecords,
  type DumpedType,
  type DumpParameters,
  RECORD,
  readBucket,
  readFinalizer,
  readParameters,
  readStatistics,
  readType,
  skipRecord,
} from './dump-records.js';
import {DumpStream} from './dump-stream.js';
import {DumpedMemory} from './dumped-memory.js';
import {DumpedSpans} from './dumped-spans.js';
import {MemoryPieces} from './memory-pieces.js';
import {DUMP_WINDOW, ObjectDecoder} from './object-decoder.js';

const BYTES_PER_PAUSE: Bytes = 1 << 22;
/** Records of a span that is sound take less. Lists of fields without an end are no part of a piece: what reads memory would read them again and again. */
const LONGEST_PIECE: Bytes = DUMP_WINDOW >>> 2;

/** What a heap dump says beside the memory. */
export interface DumpedHeap extends DumpedRecords {
  readonly parameters: DumpParameters;
  readonly arch: Arch;
  readonly machine: number; // EM
  readonly memory: DumpedMemory; // the caller closes it, and the dump with it
  readonly segments: readonly Segment[]; // of that memory, by address
  readonly parts: () => readonly MemoryPart[]; // in the order of the dump
  readonly data: Address; // where the first segment of data begins, and of bss; NaN when the dump ends before
  readonly bss: Address;
  readonly spans: RuntimeSpans;
}

/**
 * Reads all of the dump, as far as it is sound: what it lacks is a warning. Throws `bad-format` when not even its parameters can be read, `unsupported`
 * for other machines than amd64 and arm64.
 */
export async function readHeapDump(source: FileSource, program: Executable, work: Work, warnings: WarningLog): Promise<DumpedHeap> {
  const reader = new DumpReader(source, warnings, (said) => findDumpVersion(said, program));
  await reader.run(work);
  return reader.finish();
}

class DumpReader {
  readonly #source: FileSource;
  readonly #stream: DumpStream;
  readonly #decoder = new ObjectDecoder();
  readonly #memory = new MemoryPieces();
  readonly #warnings: WarningLog;
  readonly #parameters: DumpParameters;
  readonly #spans: DumpedSpans;
  readonly #types: DumpedType[] = [];
  readonly #itabs: DumpedItab[] = [];
  readonly #finalizers: DumpedFinalizer[] = [];
  readonly #buckets: DumpedBucket[] = [];
  readonly #samples: {object: Address; bucket: number}[] = [];
  #statistics: ReadonlyMap<string, number> = new Map();
  #data = Number.NaN;
  #bss = Number.NaN;

  constructor(source: FileSource, warnings: WarningLog, versionOf: (said: string) => string | undefined) {
    this.#source = source;
    this.#warnings = warnings;
    this.#stream = new DumpStream(source, HEAP_DUMP_MAGIC.length, this.#decoder);
    const tag = this.#stream.number();
    if (tag !== RECORD.parameters) this.#stream.fail(`a record of tag ${tag}; expected ${RECORD.parameters}, the parameters`);
    this.#parameters = readParameters(this.#stream, versionOf);
    this.#spans = new DumpedSpans(dumpFormat(this.#parameters.goVersion), this.#decoder);
  }

  /** All records, or those in front of what is no record. */
  async run(work: Work): Promise<void> {
    archOf(this.#parameters, this.#source.name);
    let nextPause = 0;
    try {
      while (this.#readRecord()) {
        if (this.#stream.position < nextPause) continue;
        nextPause = this.#stream.position + BYTES_PER_PAUSE;
        work.onProgress?.('reading the dump', this.#stream.position, this.#source.size);
        await checkpoint(work);
      }
    } catch (error) {
      if (!isGoheapError(error) || error.code === 'io') throw error;
      this.#warnings.add('core-truncated', `The heap dump ends early (${error.message}): what was to come is missing.`);
    }
    work.onProgress?.('reading the dump', this.#source.size, this.#source.size);
  }

  finish(): DumpedHeap {
    const {spans, overlapping} = this.#spans.finish();
    if (overlapping > 0) {
      const message = 'Spans of the heap dump overlap: of those that do the first one by address is read';
      this.#warnings.add('span-overlap', `${message}; the file is damaged.`, overlapping);
    }
    const arch = archOf(this.#parameters, this.#source.name);
    const {pieces, segments, parts} = this.#memory.finish();
    return {
      parameters: this.#parameters,
      arch,
      machine: arch === 'amd64' ? EM.X86_64 : EM.AARCH64,
      memory: new DumpedMemory(this.#source, pieces, this.#decoder),
      segments,
      parts,
      data: this.#data,
      bss: this.#bss,
      spans,
      types: this.#types,
      itabs: this.#itabs,
      finalizers: this.#finalizers,
      statistics: this.#statistics,
      buckets: this.#buckets,
      samples: this.#samples,
    };
  }

  /** False at the end. */
  #readRecord(): boolean {
    const stream = this.#stream;
    const {position} = stream;
    const tag = stream.number();
    switch (tag) {
      case RECORD.object:
        this.#readObject(position);
        return true;
      case RECORD.frame:
        this.#readFrame();
        return true;
      case RECORD.data:
        this.#data = this.#readSegment();
        return true;
      case RECORD.bss:
        this.#bss = this.#readSegment();
        return true;
      case RECORD.type:
        this.#types.push(readType(stream));
        return true;
      case RECORD.itab:
        this.#itabs.push({address: stream.number(), type: stream.number()});
        return true;
      case RECORD.finalizer:
      case RECORD.queuedFinalizer:
        this.#finalizers.push(readFinalizer(stream, tag === RECORD.queuedFinalizer));
        return true;
      case RECORD.memoryStatistics:
        this.#statistics = readStatistics(stream);
        return true;
      case RECORD.profileBucket:
        this.#buckets.push(readBucket(stream));
        return true;
      case RECORD.profileSample:
        this.#samples.push({object: stream.number(), bucket: stream.number()});
        return true;
      case RECORD.end:
        return false;
      default:
        if (!skipRecord(stream, tag)) stream.fail(`a record of tag ${tag}`);
        return true;
    }
  }

  /** `position`: where the record begins. */
  #readObject(position: Bytes): void {
    const stream = this.#stream;
    const spans = this.#spans;
    const address = stream.number();
    const size = stream.length();
    const isPlaced = spans.add(address, size);
    const isSmall = isPlaced && size <= LARGEST_CLASS;
    if (isPlaced) this.#beginPiece(address, size, position);
    else {
      this.#warnings.add(
        'span-unreadable',
        `An object of ${size} bytes at ${hex(address)} is none that the allocator makes: it is left out.`,
      );
    }
    stream.skip(size);
    if (isSmall) this.#memory.extend(position, stream.position);
    if (isPlaced) spans.readFields(stream);
    else stream.skipFields();
    if (isSmall) this.#listObjects(position);
  }

  /** Of the object that is the last one of its span so far, and whose bytes follow. */
  #beginPiece(address: Address, size: Bytes, position: Bytes): void {
    const {isFirst, spanStart, spanEnd} = this.#spans.place;
    if (size > LARGEST_CLASS) this.#memory.addBytes(spanStart, spanEnd - spanStart, this.#stream.position, size);
    else if (isFirst) this.#memory.beginObjects(spanStart, spanEnd);
    else if (!this.#memory.reaches(position)) this.#memory.cut(address);
  }

  /** Those that follow one whose record began there. A list that is too long is in no piece: the next object begins another one. */
  #listObjects(record: Bytes): void {
    const stream = this.#stream;
    const memory = this.#memory;
    const {position} = stream;
    if (memory.extentUpTo(position) > LONGEST_PIECE) return;
    memory.extend(record, position);
    stream.listObjects(position - memory.extentUpTo(position) + LONGEST_PIECE);
    if (stream.position > position) memory.extend(position, stream.position);
  }

  /** Of a stack, from the innermost frame on: they follow each other in memory. */
  #readFrame(): void {
    const stream = this.#stream;
    const sp = stream.number();
    stream.number(); // depth
    stream.number(); // sp of the frame that was called
    this.#readBytes(sp);
    for (let i = 0; i < 3; i++) stream.number(); // entry, pc, where it goes on
    stream.text();
    stream.skipFields();
  }

  #readSegment(): Address {
    const address = this.#stream.number();
    this.#readBytes(address);
    this.#stream.skipFields();
    return address;
  }

  #readBytes(address: Address): void {
    const length = this.#stream.length();
    this.#spans.endSpan(); // its last piece is no longer the last one
    this.#memory.addBytes(address, length, this.#stream.position);
    this.#stream.skip(length);
  }
}

/** Throws `unsupported`. */
function archOf({goarch, isBigEndian, pointerSize}: DumpParameters, name: string): Arch {
  if (!isBigEndian && pointerSize === 8 && (goarch === 'amd64' || goarch === 'arm64')) return goarch;
  throw new GoheapError('unsupported', `${name}: a heap dump of a program for ${goarch}; goheap reads those for amd64 and arm64`);
}
