/**
 * Words of a program that hold addresses: what a loader adds the slide to. A core has them as they were in memory; of a heap dump most come from the file.
 * Truth of ELF: the psABIs' relocations R_X86_64_RELATIVE and R_AARCH64_RELATIVE in .rela.dyn.
 */
import {type ByteSource, viewOf, wordAt} from '../base/bytes.js';
import {lowerBound} from '../base/lower-bound.js';
import type {Address, Bytes} from '../base/units.js';
import {EM, PT} from './elf-constants.js';
import {type ElfFile, findSection, type Segment} from './elf-file.js';

/** Rows ascend by offset. */
export interface Relocations {
  readonly offset: Float64Array; // Bytes: of the word in the file
  readonly value: Float64Array; // Address: its link-time value
}

const WORD: Bytes = 8;
const RELA_SIZE: Bytes = 24;
const RELATIVE: Readonly<Record<number, number>> = {[EM.X86_64]: 8, [EM.AARCH64]: 1027};

/** Those of an ELF file. Throws `truncated` when it ends before its table. */
export function readElfRelocations(elf: ElfFile): Relocations {
  const section = findSection(elf, '.rela.dyn') ?? findSection(elf, '.rela');
  if (!section) return sortedRelocations([], []);
  const table = elf.source.read(section.offset, section.size);
  const view = viewOf(table);
  const [offsets, values]: [number[], number[]] = [[], []];
  for (let at = 0; at + RELA_SIZE <= table.length; at += RELA_SIZE) {
    if (view.getUint32(at + 8, true) !== RELATIVE[elf.machine]) continue;
    const offset = offsetOf(elf.segments, wordAt(view, at));
    if (offset === undefined) continue;
    offsets.push(offset);
    values.push(wordAt(view, at + 16));
  }
  return sortedRelocations(offsets, values);
}

/** Where in the file the word at a link-time address is; undefined where the file has none. */
export function offsetOf(segments: readonly Segment[], address: Address): Bytes | undefined {
  const segment = segments.find((one) => one.type === PT.LOAD && address >= one.address && address + WORD <= one.address + one.fileSize);
  return segment && segment.offset + address - segment.address;
}

export function sortedRelocations(offsets: readonly number[], values: readonly number[]): Relocations {
  const order = Uint32Array.from(offsets.keys()).sort((a, b) => offsets[a]! - offsets[b]!);
  return {offset: Float64Array.from(order, (row) => offsets[row]!), value: Float64Array.from(order, (row) => values[row]!)};
}

/** The bytes of a file as they are in memory after a loader has moved the program by `slide`. */
export class RelocatedSource implements ByteSource {
  readonly name: string;
  readonly size: Bytes;
  readonly #source: ByteSource;
  readonly #relocations: Relocations;
  readonly #slide: Bytes;

  constructor(source: ByteSource, relocations: Relocations, slide: Bytes) {
    this.name = source.name;
    this.size = source.size;
    this.#source = source;
    this.#relocations = relocations;
    this.#slide = slide;
  }

  read(offset: Bytes, length: Bytes): Uint8Array {
    const bytes = this.#source.read(offset, length).slice();
    this.#relocate(offset, bytes);
    return bytes;
  }

  readInto(offset: Bytes, into: Uint8Array): void {
    this.#source.readInto(offset, into);
    this.#relocate(offset, into);
  }

  #relocate(start: Bytes, bytes: Uint8Array): void {
    const {offset, value} = this.#relocations;
    const word = new DataView(new ArrayBuffer(WORD));
    for (let row = lowerBound(offset, start - WORD + 1); row < offset.length && offset[row]! < start + bytes.length; row++) {
      word.setBigUint64(0, BigInt(value[row]! + this.#slide), true);
      const at = offset[row]! - start;
      for (let i = Math.max(0, -at); i < WORD && at + i < bytes.length; i++) bytes[at + i] = word.getUint8(i);
    }
  }
}
