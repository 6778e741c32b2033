/**
 * A heap dump of the runtime (runtime/debug.WriteHeapDump) → the same as a core: its memory by address, in a temporary file, and the spans of its heap.
 * Objects, the frames of stacks, data and bss lie in the dump one by one, each behind a record's head; in the file they lie as they did in the process,
 * so that every later stage reads them as it reads a core. What a dump lacks stays missing: the runtime's own memory outside the heap, registers,
 * and what is in no frame of a stack.
 */
import {GoheapError, isGoheapError} from '../base/errors.js';
import {FileSource} from '../base/file-source.js';
import {checkpoint} from '../base/progress.js';
import {type Address, type Bytes, hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {EM, PF, PT} from '../elf/elf-constants.js';
import type {Segment} from '../elf/elf-file.js';
import type {Arch} from '../image/core-notes.js';
import {HEAP_DUMP_MAGIC} from '../image/heap-dump-magic.js';
import {SparseFile} from '../image/unpack/sparse-file.js';
import type {UnpackOptions} from '../image/unpack/unpack-core.js';
import type {RuntimeSpans} from '../runtime/memory/spans.js';
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
import {DumpedSpans, type DumpFormat} from './dumped-spans.js';

const OBJECTS_PER_PAUSE = 1 << 16;
const ZEROS = new Uint8Array(1 << 16);

/** What a heap dump says beside the memory. */
export interface DumpedHeap extends DumpedRecords {
  readonly parameters: DumpParameters;
  readonly arch: Arch;
  readonly machine: number; // EM
  readonly memory: FileSource; // unnamed; the caller closes it
  readonly segments: readonly Segment[]; // of that file, by their addresses in the process
  readonly data: Address; // where the first segment of data begins, and of bss; NaN when the dump ends before
  readonly bss: Address;
  readonly spans: RuntimeSpans;
}

/**
 * Reads all of the dump, as far as it is sound: what it lacks is a warning. Throws `bad-format` when not even its parameters can be read, `unsupported`
 * for other machines than amd64 and arm64, `io` when the disk is too small.
 */
export async function unpackHeapDump(source: FileSource, options: UnpackOptions, warnings: WarningLog): Promise<DumpedHeap> {
  const file = new SparseFile(options.temporaryFolder, source.size);
  try {
    const unpacker = new Unpacker(source, file, warnings);
    await unpacker.run(options);
    return unpacker.finish();
  } catch (error) {
    file.discard();
    throw error;
  }
}

class Unpacker {
  readonly #source: FileSource;
  readonly #stream: DumpStream;
  readonly #file: SparseFile;
  readonly #warnings: WarningLog;
  readonly #parameters: DumpParameters;
  readonly #spans: DumpedSpans;
  readonly #segments: Segment[] = [];
  readonly #types: DumpedType[] = [];
  readonly #itabs: DumpedItab[] = [];
  readonly #finalizers: DumpedFinalizer[] = [];
  readonly #buckets: DumpedBucket[] = [];
  readonly #samples: {object: Address; bucket: number}[] = [];
  #statistics: ReadonlyMap<string, number> = new Map();
  #data = Number.NaN;
  #bss = Number.NaN;
  // The segment that is being written.
  #address: Address = 0;
  #offset: Bytes = 0;
  #padTo: Address = 0;

  constructor(source: FileSource, file: SparseFile, warnings: WarningLog) {
    this.#source = source;
    this.#file = file;
    this.#warnings = warnings;
    this.#stream = new DumpStream(source, HEAP_DUMP_MAGIC.length);
    const tag = this.#stream.number();
    if (tag !== RECORD.parameters) this.#stream.fail(`a record of tag ${tag}; expected ${RECORD.parameters}, the parameters`);
    this.#parameters = readParameters(this.#stream);
    this.#spans = new DumpedSpans(formatOf(this.#parameters.goVersion));
  }

  /** All records, or those in front of what is no record. */
  async run(options: UnpackOptions): Promise<void> {
    archOf(this.#parameters, this.#source.name);
    let count = 0;
    try {
      while (this.#readRecord()) {
        if (++count % OBJECTS_PER_PAUSE !== 0) continue;
        options.onProgress?.('unpacking', this.#stream.position, this.#source.size);
        await checkpoint(options);
      }
    } catch (error) {
      if (!isGoheapError(error) || error.code === 'io') throw error;
      this.#warnings.add('core-truncated', `The heap dump ends early (${error.message}): what was to come is missing.`);
    }
    this.#endSegment();
    options.onProgress?.('unpacking', this.#source.size, this.#source.size);
  }

  finish(): DumpedHeap {
    const {spans, overlapping} = this.#spans.finish();
    if (overlapping > 0) {
      const message = 'Spans of the heap dump overlap: of those that do the first one by address is read';
      this.#warnings.add('span-overlap', `${message}; the file is damaged.`, overlapping);
    }
    const arch = archOf(this.#parameters, this.#source.name);
    return {
      parameters: this.#parameters,
      arch,
      machine: arch === 'amd64' ? EM.X86_64 : EM.AARCH64,
      memory: new FileSource(this.#source.path, undefined, this.#file.finish()),
      segments: this.#segments,
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
    const tag = stream.number();
    switch (tag) {
      case RECORD.object:
        this.#readObject();
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

  #readObject(): void {
    const stream = this.#stream;
    const [address, size] = [stream.number(), stream.number()];
    const isPlaced = this.#spans.add(address, size);
    if (isPlaced) {
      const {isFirst, gap, spanStart, spanEnd} = this.#spans.place;
      if (isFirst) this.#beginSegment(spanStart, spanEnd);
      this.#pad(gap);
      this.#take(size);
    } else {
      stream.skip(size);
      this.#warnings.add(
        'span-unreadable',
        `An object of ${size} bytes at ${hex(address)} is none that the allocator makes: it is left out.`,
      );
    }
    for (let offset = stream.field(); offset >= 0; offset = stream.field()) if (isPlaced) this.#spans.addField(offset);
  }

  /** Of a stack, from the innermost frame on: they follow each other in memory. */
  #readFrame(): void {
    const stream = this.#stream;
    const sp = stream.number();
    stream.number(); // depth
    stream.number(); // sp of the frame that was called
    const length = stream.number();
    if (sp !== this.#behind) this.#beginSegment(sp);
    this.#take(length);
    for (let i = 0; i < 3; i++) stream.number(); // entry, pc, where it goes on
    stream.text();
    stream.skipFields();
  }

  #readSegment(): Address {
    const [address, length] = [this.#stream.number(), this.#stream.number()];
    this.#beginSegment(address);
    this.#take(length);
    this.#stream.skipFields();
    return address;
  }

  #take(length: Bytes): void {
    this.#stream.take(length, (part) => this.#file.write(part));
  }

  #pad(length: Bytes): void {
    for (let left = length; left > 0; left -= ZEROS.length) this.#file.write(left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS);
  }

  /** `end`: up to which it is filled with zeros, where that is known. */
  #beginSegment(address: Address, end: Address = address): void {
    this.#endSegment();
    this.#address = address;
    this.#padTo = end;
    this.#offset = this.#file.size;
  }

  #endSegment(): void {
    this.#pad(this.#padTo - this.#behind);
    const last = this.#segments.at(-1);
    const size = this.#file.size - this.#offset;
    if (size === 0) return;
    const isMore = last && last.address + last.fileSize === this.#address && last.offset + last.fileSize === this.#offset;
    const from = isMore ? this.#segments.pop()! : {address: this.#address, offset: this.#offset, fileSize: 0};
    const length = from.fileSize + size;
    const place = {offset: from.offset, address: from.address, fileSize: length, memorySize: length};
    this.#segments.push({type: PT.LOAD, flags: PF.R | PF.W, align: 1, ...place});
    this.#address = this.#padTo = this.#behind;
    this.#offset = this.#file.size;
  }

  /** Address behind what the segment has so far. */
  get #behind(): Address {
    return this.#address + this.#file.size - this.#offset;
  }
}

/** Throws `unsupported`. */
function archOf({goarch, isBigEndian, pointerSize}: DumpParameters, name: string): Arch {
  if (!isBigEndian && pointerSize === 8 && (goarch === 'amd64' || goarch === 'arm64')) return goarch;
  throw new GoheapError('unsupported', `${name}: a heap dump of a program for ${goarch}; goheap reads those for amd64 and arm64`);
}

/** Experiments that differ from the release stand behind its name: go1.26.8 X:nogreenteagc. */
function formatOf(goVersion: string): DumpFormat {
  const minor = Number(/go1\.(\d+)/.exec(goVersion)?.[1] ?? 99);
  const has = (experiment: string) => new RegExp(`X:.*\\b${experiment}\\b`).test(goVersion);
  return {
    headers: minor >= 22 && !has('noallocheaders'),
    inlineMarks: minor >= 26 ? !has('nogreenteagc') : minor === 25 && has('greenteagc'),
  };
}
