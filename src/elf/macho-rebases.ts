/**
 * Which words of a Mach-O program hold addresses: by the opcodes that Go's own linker writes, or by the chains of Apple's. Truth: Apple's <mach-o/loader.h>
 * (REBASE_OPCODE_*) and <mach-o/fixup-chains.h> (DYLD_CHAINED_PTR_64, DYLD_CHAINED_PTR_64_OFFSET).
 */
import {type ByteSource, Cursor, viewOf, wordAt} from '../base/bytes.js';
import {formatError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';
import type {Section, Segment} from './elf-file.js';
import {type Relocations, sortedRelocations} from './relocations.js';

const WORD: Bytes = 8;
const OPCODE = {
  done: 0x00,
  setType: 0x10,
  setSegment: 0x20,
  addOffset: 0x30,
  addWords: 0x40,
  times: 0x50,
  timesNumber: 0x60,
  andAdd: 0x70,
  timesSkipping: 0x80,
} as const;
/** Of chains: the pointer is a link-time address, or an offset from the first segment. */
const CHAINED = {address: 2, offset: 6} as const;
const NO_CHAIN = 0xffff;

export interface MachOTables {
  /** All segments as the file lists them: other tables number them. */
  readonly segments: readonly (Segment & {readonly name: string})[];
  readonly sections: readonly Section[];
  readonly symbols: {readonly offset: Bytes; readonly count: number; readonly strings: Bytes; readonly stringSize: Bytes} | undefined;
  readonly rebases: {readonly offset: Bytes; readonly size: Bytes} | undefined; // opcodes
  readonly fixups: {readonly offset: Bytes; readonly size: Bytes} | undefined; // chains, which newer linkers write
}

export function readRebases(source: ByteSource, tables: MachOTables): Relocations {
  const found: [number[], number[]] = [[], []];
  const words = source.size / WORD;
  const add = (offset: Bytes, value: number) => {
    if (found[0].length >= words) throw formatError(source.name, offset, 'its tables name more addresses than it has words');
    found[0].push(offset);
    found[1].push(value);
  };
  const {rebases, fixups} = tables;
  if (fixups) readChains(source, tables, fixups.offset, fixups.size, add);
  else if (rebases) runOpcodes(source, tables, rebases.offset, rebases.size, add);
  return sortedRelocations(...found);
}

type Add = (offset: Bytes, value: number) => void;

function runOpcodes(source: ByteSource, {segments}: MachOTables, offset: Bytes, size: Bytes, add: Add): void {
  const cursor = new Cursor(source.name, source.read(offset, size).slice());
  let [segment, place] = [segments[0], 0];
  const rebase = (count: number, skip: Bytes) => {
    for (let i = 0; i < count && segment && place + WORD <= segment.fileSize; i++, place += WORD + skip) {
      const at = segment.offset + place;
      add(at, wordAt(viewOf(source.read(at, WORD)), 0));
    }
  };
  while (!cursor.atEnd) {
    const byte = cursor.u8();
    const [opcode, immediate] = [byte & 0xf0, byte & 0x0f];
    if (opcode === OPCODE.done) return;
    if (opcode === OPCODE.setSegment) [segment, place] = [segments[immediate], cursor.uleb()];
    else if (opcode === OPCODE.addOffset) place += cursor.uleb();
    else if (opcode === OPCODE.addWords) place += immediate * WORD;
    else if (opcode === OPCODE.times) rebase(immediate, 0);
    else if (opcode === OPCODE.timesNumber) rebase(cursor.uleb(), 0);
    else if (opcode === OPCODE.andAdd) rebase(1, cursor.uleb());
    else if (opcode === OPCODE.timesSkipping) rebase(cursor.uleb(), cursor.uleb());
    else if (opcode !== OPCODE.setType) cursor.fail(`rebase opcode ${opcode}`);
  }
}

/** dyld_chained_starts_in_image: per segment where its pages' first pointers are; each names the next one of its page. */
function readChains(source: ByteSource, {segments}: MachOTables, offset: Bytes, size: Bytes, add: Add): void {
  const table = new Cursor(source.name, source.read(offset, size).slice());
  const u16 = (at: number): number => {
    table.position = at;
    return table.u16();
  };
  const u32 = (at: number): number => u16(at) + u16(at + 2) * 65536;
  let steps = source.size / WORD; // of chains: each word is in one at most
  const starts = u32(4);
  const base = segments.find(({fileSize, offset: at}) => at === 0 && fileSize > 0)?.address ?? 0;
  const count = Math.min(u32(starts), segments.length);
  for (let row = 0; row < count; row++) {
    const within = u32(starts + 4 + row * 4);
    if (within === 0) continue;
    const info = starts + within;
    const [pageSize, format, pages] = [u16(info + 4), u16(info + 6), u16(info + 20)];
    if (format !== CHAINED.address && format !== CHAINED.offset) continue;
    for (let page = 0; page < pages; page++) {
      const first = u16(info + 22 + page * 2);
      if (first === NO_CHAIN) continue;
      const start = segments[row]!.offset + page * pageSize;
      for (let at = start + first; at + WORD <= start + pageSize && at + WORD <= source.size; ) {
        const word = viewOf(source.read(at, WORD));
        const [low, high] = [word.getUint32(0, true), word.getUint32(4, true)];
        const isBound = high >>> 31 === 1; // to another library
        if (!isBound) add(at, low + (high & 0xf) * 2 ** 32 + (format === CHAINED.offset ? base : 0));
        const next = (high >>> 19) & 0xfff;
        if (next === 0) break;
        if (--steps < 0) throw formatError(source.name, at, 'its chains have more links than it has words');
        at += next * 4;
      }
    }
  }
}
