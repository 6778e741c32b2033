/**
 * Addresses → bytes: the dumped process's memory, from the core and the executable (`mappings.ts` says which of them). Small
 * reads go through blocks of at most 64 KiB that are kept; large ones go straight to the files. Never reads whole segments:
 * gdb writes reservations of gigabytes as zeros. Little endian, 64-bit words.
 */
import {decodeText, wordAt} from '../base/bytes.js';
import {unmappedError} from '../base/errors.js';
import type {Address, Bytes} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {ET} from '../elf/elf-constants.js';
import type {ElfFile} from '../elf/elf-file.js';
import {RelocatedSource} from '../elf/relocations.js';
import type {CoreFile} from './core-file.js';
import type {Arch} from './core-notes.js';
import type {Executable} from './executable.js';
import type {GoLibrary} from './go-libraries.js';
import {findLoadBias} from './load-bias.js';
import {buildMappings, type LoadedFile, type Mapping, type Mappings, type Range, totalSize} from './mappings.js';

/** Blocks begin and end at multiples of this, or where memory does. */
const WINDOW = 65536;
/** Most blocks kept at a time, each at a fixed place of one 16 MiB buffer. */
const MAX_SLOTS = 256;

type LoadedProgram = Pick<Executable, 'elf'> & Partial<Pick<Executable, 'relocations'>>;

/** Without the executable only what the core holds is mapped, and the bias is what its copy of the program's header tells. */
export function createMemoryImage(
  core: CoreFile,
  executable: LoadedProgram | undefined,
  warnings: WarningLog,
  libraries: readonly GoLibrary[] = [],
): MemoryImage {
  const program = executable?.elf ?? core.program;
  const found = program ? findLoadBias(core, program) : {bias: 0, consistent: true};
  if (!found.consistent) {
    warnings.add('load-bias', `The entry point and the program headers of ${program?.source.name} do not lie where the core says.`);
  }
  const files: LoadedFile[] = libraries.map((library) => {
    const {elf} = library.executable;
    return {elf, bias: findLoadBias(library.core, elf).bias};
  });
  if (executable) files.unshift({elf: core.isHeapDump ? relocated(executable, found.bias) : executable.elf, bias: found.bias});
  return new MemoryImage(core.arch, found.bias, buildMappings(core.elf, files, warnings));
}

/** The program with the addresses in it as they were in the process. */
function relocated({elf, relocations}: LoadedProgram, bias: Bytes): ElfFile {
  return relocations && elf.type === ET.DYN ? {...elf, source: new RelocatedSource(elf.source, relocations(), bias)} : elf;
}

export class MemoryImage {
  readonly arch: Arch;
  /** To be added to link-time addresses of the executable. */
  readonly bias: Bytes;
  /** By address, disjoint. */
  readonly mappings: readonly Mapping[];
  /** By address: memory that the process had and the dump lacks. */
  readonly missing: readonly Range[];
  /** Of all memory that the process had, in the dump or not: no count of things in it can be larger. */
  readonly size: Bytes;
  readonly #start: Float64Array; // of each mapping
  readonly #slots: number; // a power of two
  readonly #cache: Uint8Array; // the slots, and a spare one for bytes on both sides of a window's border
  readonly #view: DataView;
  readonly #slotStart: Float64Array; // Address of the block in each slot
  readonly #slotEnd: Float64Array; // exclusive; 0 = the slot is empty
  #lastMapping = 0;
  // The block of the last read; the cache has address a at a + #delta.
  #blockStart: Address = 0;
  #blockEnd: Address = 0;
  #delta = 0;

  constructor(arch: Arch, bias: Bytes, {mappings, missing}: Mappings) {
    this.arch = arch;
    this.bias = bias;
    this.mappings = mappings;
    this.missing = missing;
    this.size = totalSize(mappings) + totalSize(missing);
    this.#start = Float64Array.from(mappings, ({start}) => start);
    const windows = mappings.reduce((sum, {start, end}) => sum + Math.ceil((end - start) / WINDOW) + 1, 1);
    this.#slots = Math.min(MAX_SLOTS, 2 ** Math.ceil(Math.log2(windows)));
    this.#cache = new Uint8Array((this.#slots + 1) * WINDOW);
    this.#view = new DataView(this.#cache.buffer);
    this.#slotStart = new Float64Array(this.#slots);
    this.#slotEnd = new Float64Array(this.#slots);
  }

  isMapped(address: Address, length: Bytes): boolean {
    if (address >= this.#blockStart && address + length <= this.#blockEnd) return true;
    let index = this.#findMapping(address);
    if (index < 0) return false;
    for (; this.mappings[index]!.end < address + length; index++) {
      if (this.mappings[index + 1]?.start !== this.mappings[index]!.end) return false;
    }
    return true;
  }

  /** How many bytes are mapped without a gap from the address on; 0 when it is not mapped. */
  contiguous(address: Address): Bytes {
    let index = this.#findMapping(address);
    if (index < 0) return 0;
    while (this.mappings[index + 1]?.start === this.mappings[index]!.end) index++;
    return this.mappings[index]!.end - address;
  }

  /** Whether reading more than is needed there costs as much again. */
  isMade(address: Address): boolean {
    const index = this.#findMapping(address);
    return index >= 0 && this.mappings[index]!.source.isMade === true;
  }

  // The negated comparisons below also send NaN to #load, which throws.

  u8(address: Address): number {
    if (!(address >= this.#blockStart && address + 1 <= this.#blockEnd)) this.#load(address, 1);
    return this.#cache[address + this.#delta]!;
  }
  u16(address: Address): number {
    if (!(address >= this.#blockStart && address + 2 <= this.#blockEnd)) this.#load(address, 2);
    return this.#view.getUint16(address + this.#delta, true);
  }
  u32(address: Address): number {
    if (!(address >= this.#blockStart && address + 4 <= this.#blockEnd)) this.#load(address, 4);
    return this.#view.getUint32(address + this.#delta, true);
  }
  i32(address: Address): number {
    if (!(address >= this.#blockStart && address + 4 <= this.#blockEnd)) this.#load(address, 4);
    return this.#view.getInt32(address + this.#delta, true);
  }
  /** An unsigned 64-bit word as a number: exact below 2**53, which holds for all addresses, rounded above. */
  word(address: Address): number {
    if (!(address >= this.#blockStart && address + 8 <= this.#blockEnd)) this.#load(address, 8);
    return wordAt(this.#view, address + this.#delta);
  }

  /** A copy of exactly `length` bytes. Throws `unmapped`, before it allocates anything. */
  bytes(address: Address, length: Bytes): Uint8Array {
    if (length <= 0) return new Uint8Array(0);
    if (length <= WINDOW) {
      if (!(address >= this.#blockStart && address + length <= this.#blockEnd)) this.#load(address, length);
      return this.#cache.slice(address + this.#delta, address + this.#delta + length);
    }
    if (!this.isMapped(address, length)) throw unmappedError(address, length);
    const result = new Uint8Array(length);
    this.readInto(address, result);
    return result;
  }

  /** Like `bytes`, but undefined where `bytes` throws `unmapped`. */
  find(address: Address, length: Bytes): Uint8Array | undefined {
    return this.isMapped(address, length) ? this.bytes(address, length) : undefined;
  }

  /** Fills `into` straight from the files: for large reads. Throws `unmapped`; `into` may then be filled in part. */
  readInto(address: Address, into: Uint8Array): void {
    let index = into.length > 0 ? this.#findMapping(address) : 0;
    for (let done = 0; done < into.length; index++) {
      const mapping = this.mappings[index];
      const at = address + done;
      if (!mapping || at < mapping.start || at >= mapping.end) throw unmappedError(at, into.length - done);
      const count = Math.min(into.length - done, mapping.end - at);
      mapping.source.readInto(mapping.offset + at - mapping.start, count === into.length ? into : into.subarray(done, done + count));
      done += count;
    }
  }

  /** A NUL-terminated UTF-8 string, without the NUL; cut when it is longer than `limit` bytes. Throws `unmapped`. */
  cString(address: Address, limit: Bytes): string {
    const parts: Uint8Array[] = [];
    for (let at = address; at < address + limit; at = this.#blockEnd) {
      if (!(at >= this.#blockStart && at < this.#blockEnd)) this.#load(at, 1);
      const rest = this.#cache.subarray(at + this.#delta, Math.min(this.#blockEnd, address + limit) + this.#delta);
      const stop = rest.indexOf(0);
      parts.push(rest.slice(0, stop < 0 ? rest.length : stop)); // a copy: the next block may take its place
      if (stop >= 0) break;
    }
    return decodeText(parts.length === 1 ? parts[0]! : concatenate(parts));
  }

  /** How many bytes of [start, end) are mapped. */
  coverage(start: Address, end: Address): Bytes {
    let covered = 0;
    for (let index = this.#lowerBound(start); index < this.mappings.length && this.#start[index]! < end; index++) {
      const mapping = this.mappings[index]!;
      covered += Math.max(0, Math.min(mapping.end, end) - Math.max(mapping.start, start));
    }
    return covered;
  }

  /** Makes a block that holds [address, address + length), at most a window, the current one. Throws `unmapped`. */
  #load(address: Address, length: Bytes): void {
    const number = Math.floor(address / WINDOW);
    const slot = number & (this.#slots - 1);
    if (!(address >= this.#slotStart[slot]! && address < this.#slotEnd[slot]!)) this.#fill(slot, address, number, length);
    if (address + length > this.#slotEnd[slot]!) {
      this.#loadAcross(address, length);
      return;
    }
    this.#blockStart = this.#slotStart[slot]!;
    this.#blockEnd = this.#slotEnd[slot]!;
    this.#delta = slot * WINDOW - this.#blockStart;
  }

  /** Reads all that is contiguously mapped around an address within its window. */
  #fill(slot: number, address: Address, number: number, length: Bytes): void {
    const index = this.#findMapping(address);
    if (index < 0) throw unmappedError(address, length);
    let [first, last] = [index, index];
    const [low, high] = [number * WINDOW, (number + 1) * WINDOW];
    while (this.mappings[first]!.start > low && this.mappings[first - 1]?.end === this.mappings[first]!.start) first--;
    while (this.mappings[last]!.end < high && this.mappings[last + 1]?.start === this.mappings[last]!.end) last++;
    const [start, end] = [Math.max(low, this.mappings[first]!.start), Math.min(high, this.mappings[last]!.end)];
    this.#slotEnd[slot] = 0; // the slot is empty while it is filled, and when that fails
    this.#blockEnd = 0; // it may be the block that is replaced
    this.readInto(start, this.#cache.subarray(slot * WINDOW, slot * WINDOW + end - start));
    this.#slotStart[slot] = start;
    this.#slotEnd[slot] = end;
  }

  #loadAcross(address: Address, length: Bytes): void {
    if (!this.isMapped(address, length)) throw unmappedError(address, length);
    this.#blockStart = 0;
    this.#blockEnd = 0;
    const spare = this.#slots * WINDOW;
    this.readInto(address, this.#cache.subarray(spare, spare + length));
    this.#blockStart = address;
    this.#blockEnd = address + length;
    this.#delta = spare - address;
  }

  /** Index of the mapping that contains the address, or -1. */
  #findMapping(address: Address): number {
    const last = this.mappings[this.#lastMapping];
    if (last && address >= last.start && address < last.end) return this.#lastMapping;
    const index = this.#lowerBound(address);
    const mapping = this.mappings[index];
    if (!mapping || !(address >= mapping.start && address < mapping.end)) return -1;
    this.#lastMapping = index;
    return index;
  }

  /** Index of the last mapping that begins at or before the address, 0 when there is none. */
  #lowerBound(address: Address): number {
    let [low, high] = [0, this.#start.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#start[middle]! <= address) low = middle;
      else high = middle;
    }
    return low;
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

export type {Mapping, Range} from './mappings.js';
