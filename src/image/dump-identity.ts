/**
 * What tells one dump from others, whatever its file is called and whenever it was written: size, build ID, and SHA-256 of its notes, of the program's
 * data and bss (the runtime's statistics and scheduler are there, so it changes as soon as the process has run) and of pages of its other memory.
 * The cache's key, `meta.dump_identity` and the values of stored objects go by it. It reads at most 128 MiB and the notes.
 */
import {createHash, type Hash} from 'node:crypto';
import {statSync} from 'node:fs';
import {resolve} from 'node:path';
import type {ByteSource} from '../base/bytes.js';
import {isGoheapError} from '../base/errors.js';
import {FileSource} from '../base/file-source.js';
import type {Bytes} from '../base/units.js';
import {WarningLog} from '../base/warnings.js';
import {readBuildIds} from '../elf/build-id.js';
import {ET, PF, PT} from '../elf/elf-constants.js';
import {readElf, type Segment} from '../elf/elf-file.js';
import {type CoreFile, checkIsCore, type MemoryPart, readCore} from './core-file.js';

const PIECE: Bytes = 2 ** 20;
const buffer = new Uint8Array(PIECE);
const PAGE: Bytes = 4096;
/** Of data and bss, which may have arrays of any size. */
const MOST_DATA: Bytes = 2 ** 26;
/** Pages of other writable memory: all when there are no more, else one in so many. */
const MOST_SAMPLED = 2 ** 14;

/** `samples`: how many pages of memory that is not the program's data count. */
export function dumpIdentity(core: CoreFile, samples = MOST_SAMPLED): string {
  const hash = createHash('sha256');
  const {source, elf, buildIds} = core;
  for (const {type, offset, fileSize} of elf.segments) if (type === PT.NOTE) addBytes(hash, source, offset, fileSize);
  const data = dataRanges(core);
  const isData = ({address, fileSize}: Segment) => data.some(({start, end}) => address < end && address + fileSize > start);
  const writable = elf.segments.filter(({type, flags, fileSize}) => type === PT.LOAD && (flags & PF.W) !== 0 && fileSize > 0);
  let left = MOST_DATA;
  for (const segment of writable.filter(isData)) {
    for (const {start, end} of data) {
      const from = Math.max(start, segment.address);
      const length = Math.min(end, segment.address + segment.fileSize) - from;
      if (length <= 0) continue;
      addBytes(hash, source, segment.offset + from - segment.address, Math.min(length, left));
      left = Math.max(0, left - length);
    }
  }
  addSamples(hash, source, core.parts?.() ?? writable, samples);
  return [source.size, buildIds.go ?? buildIds.gnu ?? '', hash.digest('hex')].join(':');
}

/** Where the program's header says that its writable segments are; nothing when the core lacks that page. */
function dataRanges({program, headerAddress}: CoreFile): readonly {readonly start: number; readonly end: number}[] {
  const loaded = (program?.segments ?? []).filter(({type}) => type === PT.LOAD);
  const first = loaded.find(({offset}) => offset === 0);
  if (!first || headerAddress === undefined) return [];
  const bias = headerAddress - first.address;
  const writable = loaded.filter(({flags}) => (flags & PF.W) !== 0);
  return writable.map(({address, memorySize}) => ({start: address + bias, end: address + bias + memorySize}));
}

/** Pages at equal distances of all the segments together. */
function addSamples(hash: Hash, source: ByteSource, segments: readonly MemoryPart[], samples: number): void {
  const pages = segments.reduce((sum, {fileSize}) => sum + Math.ceil(fileSize / PAGE), 0);
  if (samples === 0 || pages === 0) return;
  const step = Math.max(1, pages / samples);
  let [before, next] = [0, 0];
  for (const {offset, fileSize} of segments) {
    if (step === 1) addBytes(hash, source, offset, fileSize); // all of them, in pieces
    const count = Math.ceil(fileSize / PAGE);
    for (; step > 1 && next < before + count; next += step) {
      const at = (Math.floor(next) - before) * PAGE;
      addBytes(hash, source, offset + at, Math.min(PAGE, fileSize - at));
    }
    before += count;
  }
}

/** What is there of them: a core may be cut. */
function addBytes(hash: Hash, source: ByteSource, offset: Bytes, length: Bytes): void {
  const end = Math.min(offset + length, source.size);
  for (let at = offset; at < end; at += PIECE) {
    const piece = buffer.subarray(0, Math.min(PIECE, end - at));
    source.readInto(at, piece); // what is read once shall not push other blocks out of the source's cache
    hash.update(piece);
  }
}

/**
 * The same of a file that is named on a command line, before anything is known of it: of a core that, of an executable its build ID, else the content; of
 * a folder its path. Throws `io` when it cannot be read.
 */
export function inputIdentity(path: string): string {
  if (statSync(path, {throwIfNoEntry: false})?.isDirectory()) return resolve(path);
  const source = new FileSource(path, 64);
  try {
    return elfIdentity(source) ?? contentIdentity(source);
  } finally {
    source.close();
  }
}

/** Undefined of what is no ELF file that goheap reads. */
function elfIdentity(source: FileSource): string | undefined {
  try {
    const elf = readElf(source);
    if (elf.type === ET.CORE) {
      checkIsCore(source);
      return dumpIdentity(readCore(source, source.path, new WarningLog()));
    }
    const {go, gnu} = readBuildIds(elf);
    if (go === undefined && gnu === undefined) return undefined;
    return [go, gnu, ...elf.sections.map(({name, type, size}) => `${name} ${type} ${size}`)].join(':'); // strip leaves the build ID, and takes sections
  } catch (error) {
    if (isGoheapError(error)) return undefined;
    throw error;
  }
}

/** Of a file of which nothing more is known: all of a small one, parts of a large one: compressed cores end with a checksum of all that is in them. */
export function contentIdentity(source: FileSource): string {
  const hash = createHash('sha256');
  if (source.size <= MOST_DATA) addBytes(hash, source, 0, source.size);
  else for (let part = 0; part <= 64; part++) addBytes(hash, source, Math.floor(((source.size - PIECE) * part) / 64), PIECE);
  return `${source.size}:${hash.digest('hex')}`;
}
