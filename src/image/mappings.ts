/**
 * Core and executable → which bytes are at which addresses. Bytes of the core always win: a PIE's relocated data differ from
 * the file's. The executable fills what the kernel leaves out because it is in a file (text, read-only data). What the core
 * should have and a truncated file lacks is never replaced in writable memory: it stays missing.
 * Truth: Linux fs/binfmt_elf.c (what is dumped), System V gABI "Program Loading" (the zero-filled end of a segment).
 */
import type {ByteSource} from '../base/bytes.js';
import {type Address, type Bytes, hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {PF, PT} from '../elf/elf-constants.js';
import type {ElfFile, Segment} from '../elf/elf-file.js';

export interface Range {
  readonly start: Address;
  readonly end: Address; // exclusive
}
/** [start, end) are the bytes of `source` from `offset` on. */
export interface Mapping extends Range {
  readonly source: ByteSource;
  readonly offset: Bytes;
}
export interface Mappings {
  readonly mappings: readonly Mapping[]; // by address, disjoint
  readonly missing: readonly Range[]; // by address: the process had them (readable or not is unknown), the dump does not
}

/** Numbers are exact below; above lies only the kernel's vsyscall page. */
const MAX_ADDRESS = 2 ** 53;
const PAGE = 4096;

/** A file of the process and what must be added to its link-time addresses. */
export interface LoadedFile {
  readonly elf: ElfFile;
  readonly bias: Bytes;
}

export function buildMappings(core: ElfFile, files: readonly LoadedFile[], warnings: WarningLog): Mappings {
  const dumped = readCoreSegments(core, warnings);
  const filled = files.flatMap(({elf, bias}) => fillFromExecutable(elf, bias, dumped, warnings));
  const mappings = byAddress([...dumped.mappings, ...filled]);
  const missing = remaining([...dumped.cut, ...dumped.left], mappings);
  return {mappings, missing};
}

/** Bytes of the ranges together. */
export function totalSize(ranges: readonly Range[]): Bytes {
  let size = 0;
  for (const {start, end} of ranges) size += end - start;
  return size;
}

interface CoreSegments {
  readonly mappings: Mapping[];
  /** The core says that it holds them, but its file ends before. */
  readonly cut: Range[];
  /** Accessible memory that was not dumped. Reservations without access (Go has dozens) hold nothing and do not count. */
  readonly left: Range[];
}

/** Of segments that overlap, which only damage makes, the first one that has the bytes wins. */
function readCoreSegments(core: ElfFile, warnings: WarningLog): CoreSegments {
  const segments = core.segments.filter(({type, address}) => type === PT.LOAD && address < MAX_ADDRESS);
  const mappings: Mapping[] = [];
  const claims: Range[] = [];
  const others: Range[] = [];
  let behind = 0; // end of the mappings so far
  for (const {address, offset, flags, fileSize, memorySize} of segments.sort((a, b) => a.address - b.address)) {
    const claimed = Math.min(address + fileSize, MAX_ADDRESS);
    const readable = Math.min(address + Math.max(0, core.source.size - offset), claimed);
    const start = Math.max(address, behind);
    if (readable > start) mappings.push({start, end: readable, source: core.source, offset: offset + start - address});
    behind = Math.max(behind, readable);
    claims.push({start: readable, end: claimed});
    if (flags !== 0) others.push({start: claimed, end: Math.min(address + memorySize, MAX_ADDRESS)});
  }
  const cut = remaining(claims, mappings);
  if (cut.length > 0) {
    warnings.add(
      'core-truncated',
      `${core.source.name}: the file ends before its contents: ${totalSize(cut)} bytes of memory are missing.`,
    );
  }
  return {mappings, cut, left: remaining(others, byAddress([...mappings, ...cut]))};
}

function fillFromExecutable(executable: ElfFile, bias: Bytes, core: CoreSegments, warnings: WarningLog): Mapping[] {
  const filled: Mapping[] = [];
  for (const segment of executable.segments) {
    if (segment.type !== PT.LOAD) continue;
    const writable = (segment.flags & PF.W) !== 0;
    // Pages that two segments share belong to the first.
    const known = byAddress([...core.mappings, ...(writable ? core.cut : []), ...filled]);
    const parts = readExecutableSegment(executable, segment, bias).flatMap((part) => pick(part, subtract(part, known)));
    if (writable && parts.length > 0) {
      const where = parts.map(({start, end}) => `${hex(start)}-${hex(end)}`).join(', ');
      warnings.add(
        'data-from-executable',
        `The core lacks writable memory of the program (${where}): its initial contents are used instead.`,
      );
    }
    filled.push(...parts);
  }
  return filled;
}

/** Linkers refuse data of more than 2 GB. */
const MOST_ZEROS: Bytes = 2 ** 32;

/** A segment as the kernel loads it: whole pages of the file, or the bytes of the file and zeros up to the end of the last page. */
function readExecutableSegment({source}: ElfFile, segment: Segment, bias: Bytes): Mapping[] {
  const before = Math.min(segment.address % PAGE, segment.offset);
  const hasZeros = segment.memorySize > segment.fileSize;
  const start = segment.address + bias;
  const fileEnd = hasZeros ? start + segment.fileSize : Math.ceil((start + segment.fileSize) / PAGE) * PAGE;
  const readable = Math.min(fileEnd, start + Math.max(0, source.size - segment.offset));
  const zeros = {start: start + segment.fileSize, end: Math.ceil((start + segment.memorySize) / PAGE) * PAGE};
  const parts: Mapping[] = [];
  if (readable > start) parts.push({start: start - before, end: readable, source, offset: segment.offset - before});
  if (hasZeros && zeros.end <= MAX_ADDRESS && zeros.end - zeros.start <= MOST_ZEROS) parts.push({...zeros, source: zeroSource, offset: 0});
  return parts;
}

/** The parts of `mapping` that lie at `ranges`. */
function pick(mapping: Mapping, ranges: readonly Range[]): Mapping[] {
  return ranges.map(({start, end}) => ({start, end, source: mapping.source, offset: mapping.offset + start - mapping.start}));
}

/** What of the ranges, which may overlap, is in none of `known`: every byte once, by address. */
function remaining(ranges: readonly Range[], known: readonly Range[]): Range[] {
  let behind = 0;
  return byAddress(ranges).flatMap(({start, end}) => {
    const rest = {start: Math.max(start, behind), end};
    behind = Math.max(behind, end);
    return subtract(rest, known);
  });
}

function byAddress<T extends Range>(ranges: readonly T[]): T[] {
  return ranges.toSorted((a, b) => a.start - b.start);
}

/** What of `range` is in none of `others`, which are sorted and disjoint. */
function subtract(range: Range, others: readonly Range[]): Range[] {
  const rest: Range[] = [];
  let start = range.start;
  for (let i = firstBehind(others, start); i < others.length && others[i]!.start < range.end; i++) {
    const other = others[i]!;
    if (other.start > start) rest.push({start, end: other.start});
    start = other.end;
  }
  if (start < range.end) rest.push({start, end: range.end});
  return rest;
}

/** Index of the first range that ends behind the address: processes can have 100,000 mappings. */
function firstBehind(ranges: readonly Range[], address: Address): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]!.end <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const zeroSource: ByteSource = {
  name: 'zero-filled memory',
  size: MAX_ADDRESS,
  read: (_offset, length) => new Uint8Array(length),
  readInto: (_offset, into) => {
    into.fill(0);
  },
};
