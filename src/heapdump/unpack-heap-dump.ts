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
import {EM} from '../elf/elf-constants.js';
import type {Segment} from '../elf/elf-file.js';
import type {Arch} from '../image/core-notes.js';
import type {Executable} from '../image/executable.js';
import {HEAP_DUMP_MAGIC} from '../image/heap-dump-magic.js';
import {SparseFile} from '../image/unpack/sparse-file.js';
import type {UnpackOptions} from '../image/unpack/unpack-core.js';
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
import {DumpedSpans} from './dumped-spans.js';
import {MemoryFile} from './memory-file.js';
import {ObjectDecoder} from './object-decoder.js';

const BYTES_PER_PAUSE: Bytes = 1 << 22;

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
export async function unpackHeapDump(
  source: FileSource,
  program: Executable,
  options: UnpackOptions,
  warnings: WarningLog,
): Promise<DumpedHeap> {
  const file = new SparseFile(options.temporaryFolder, source.size);
  try {
    const unpacker = new Unpacker(source, file, warnings, (said) => findDumpVersion(said, program));
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
  readonly #memory: MemoryFile;
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

  constructor(source: FileSource, file: SparseFile, warnings: WarningLog, versionOf: (said: string) => string | undefined) {
    this.#source = source;
    const decoder = new ObjectDecoder();
    this.#memory = new MemoryFile(file, decoder.output);
    this.#warnings = warnings;
    this.#stream = new DumpStream(source, HEAP_DUMP_MAGIC.length, decoder);
    const tag = this.#stream.number();
    if (tag !== RECORD.parameters) this.#stream.fail(`a record of tag ${tag}; expected ${RECORD.parameters}, the parameters`);
    this.#parameters = readParameters(this.#stream, versionOf);
    this.#spans = new DumpedSpans(dumpFormat(this.#parameters.goVersion), decoder);
  }

  /** All records, or those in front of what is no record. */
  async run(options: UnpackOptions): Promise<void> {
    archOf(this.#parameters, this.#source.name);
    let nextPause = 0;
    try {
      while (this.#readRecord()) {
        if (this.#stream.position < nextPause) continue;
        nextPause = this.#stream.position + BYTES_PER_PAUSE;
        options.onProgress?.('unpacking', this.#stream.position, this.#source.size);
        await checkpoint(options);
      }
    } catch (error) {
      if (!isGoheapError(error) || error.code === 'io') throw error;
      this.#warnings.add('core-truncated', `The heap dump ends early (${error.message}): what was to come is missing.`);
    }
    this.#memory.end();
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
      memory: new FileSource(this.#source.path, undefined, this.#memory.finish()),
      segments: this.#memory.segments,
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
    const spans = this.#spans;
    const address = stream.number();
    const size = stream.length();
    const isPlaced = spans.add(address, size);
    if (isPlaced) {
      const place = spans.place;
      if (place.isFirst) this.#memory.begin(place.spanStart, place.spanEnd);
      if (place.gap > 0) this.#memory.pad(place.gap);
      stream.copyTo(this.#memory, size);
    } else {
      stream.skip(size);
      this.#warnings.add(
        'span-unreadable',
        `An object of ${size} bytes at ${hex(address)} is none that the allocator makes: it is left out.`,
      );
    }
    for (let offset = stream.field(); offset >= 0; offset = stream.field()) if (isPlaced) spans.addField(offset);
    stream.copyObjectsTo(this.#memory);
  }

  /** Of a stack, from the innermost frame on: they follow each other in memory. */
  #readFrame(): void {
    const stream = this.#stream;
    const sp = stream.number();
    stream.number(); // depth
    stream.number(); // sp of the frame that was called
    const length = stream.length();
    if (sp !== this.#memory.behind) this.#memory.begin(sp);
    stream.copyTo(this.#memory, length);
    for (let i = 0; i < 3; i++) stream.number(); // entry, pc, where it goes on
    stream.text();
    stream.skipFields();
  }

  #readSegment(): Address {
    const address = this.#stream.number();
    const length = this.#stream.length();
    this.#memory.begin(address);
    this.#stream.copyTo(this.#memory, length);
    this.#stream.skipFields();
    return address;
  }
}

/** Throws `unsupported`. */
function archOf({goarch, isBigEndian, pointerSize}: DumpParameters, name: string): Arch {
  if (!isBigEndian && pointerSize === 8 && (goarch === 'amd64' || goarch === 'arm64')) return goarch;
  throw new GoheapError('unsupported', `${name}: a heap dump of a program for ${goarch}; goheap reads those for amd64 and arm64`);
}
