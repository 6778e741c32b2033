/**
 * Processes → the notes of their cores, as the kernel writes them (Linux include/uapi/linux/elfcore.h), and small pairs of
 * core and executable, for the tests of `image`.
 */
import {MemorySource} from '../../src/base/bytes.js';
import {WarningLog} from '../../src/base/warnings.js';
import {type CoreFile, readCore} from '../../src/image/core-file.js';
import {assemble, bytes, cString, text, u16, u32, u64, zeros} from './assemble.js';
import {CORE, concatenate, type ElfSpec, elfBytes, noteBytes, type SegmentSpec} from './elf-bytes.js';

export const PT_LOAD = 1;
export const PT_NOTE = 4;
export const PT_PHDR = 6;
export const AT = {PHDR: 3, PHNUM: 5, ENTRY: 9} as const;

export function prstatus(tid: number, signal: number, registers: readonly (number | bigint)[]): Uint8Array {
  const data = assemble(
    zeros(12), // pr_info
    u16(signal), // pr_cursig
    zeros(18), // padding, pr_sigpend, pr_sighold
    u32(tid), // pr_pid
    zeros(76), // pr_ppid, pr_pgrp, pr_sid, four times
    registers.map((value) => u64(value)), // pr_reg
    u32(1), // pr_fpvalid
    zeros(4),
  );
  return noteBytes('CORE', 1, data);
}

export function prpsinfo(pid: number, name: string, args: string): Uint8Array {
  const data = assemble(
    zeros(24), // state, nice, flags, uid, gid
    u32(pid), // pr_pid
    zeros(12), // ppid, pgrp, sid
    text(name.padEnd(16, '\0')), // pr_fname
    text(args.padEnd(80, '\0')), // pr_psargs
  );
  return noteBytes('CORE', 3, data);
}

export const siginfo = (signal: number): Uint8Array => noteBytes('CORE', 0x53494749, assemble(u32(signal), zeros(124)));

export function auxv(entries: readonly (readonly [number, number])[]): Uint8Array {
  return noteBytes('CORE', 6, assemble([...entries, [0, 0] as const].flatMap(([type, value]) => [u64(type), u64(value)])));
}

export interface FileSpec {
  readonly start: number;
  readonly end: number;
  readonly page: number;
  readonly path: string;
}
export function ntFile(files: readonly FileSpec[], count = files.length): Uint8Array {
  const data = assemble(
    u64(count),
    u64(4096), // page size
    files.flatMap(({start, end, page}) => [u64(start), u64(end), u64(page)]),
    files.map(({path}) => cString(path)),
  );
  return noteBytes('CORE', 0x46494c45, data);
}

export function coreBytes(notes: readonly Uint8Array[], segments: readonly SegmentSpec[] = [], spec: ElfSpec = {}): Uint8Array {
  return elfBytes({type: CORE, ...spec, segments: [{type: PT_NOTE, data: concatenate(...notes)}, ...segments]});
}

export function readCoreBytes(data: Uint8Array, warnings = new WarningLog()): CoreFile {
  return readCore(new MemorySource('core', data), 'core', warnings);
}

/** Bytes that tell where they are from: each is its position plus a number. */
export function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({length}, (_, i) => (i * 7 + seed + (i >> 8)) & 0xff);
}

export interface ProgramSpec {
  readonly go?: string;
  readonly gnu?: Uint8Array;
  readonly code?: Uint8Array;
  readonly type?: number;
  readonly machine?: number;
  readonly extraSegments?: readonly SegmentSpec[];
}

/** Where `program` is linked, and where its entry point is. */
export const LINKED = 0x400000;
export const ENTRY = LINKED + 0x1800;
export const TEXT_SIZE = 0x2000;

/** A program of one read-only segment that begins with the ELF header, as linkers lay it out: the notes are in its first page. */
export function program({go, gnu, code = pattern(4096, 1), type, machine, extraSegments = []}: ProgramSpec): Uint8Array {
  const notes = concatenate(
    ...(go === undefined ? [] : [noteBytes('Go', 4, assemble(text(go)))]),
    ...(gnu ? [noteBytes('GNU', 3, gnu)] : []),
  );
  const spec = {...(type === undefined ? {} : {type}), ...(machine === undefined ? {} : {machine}), entry: ENTRY};
  const head = elfBytes({
    ...spec,
    segments: [
      {type: PT_PHDR, address: LINKED + 64, offset: 64, fileSize: 56},
      {type: PT_LOAD, flags: 5, address: LINKED, offset: 0, fileSize: TEXT_SIZE},
      ...extraSegments,
      {type: PT_NOTE, data: notes, align: 4},
    ],
  });
  return assemble(bytes(head), zeros(4096 - head.length), bytes(code));
}

/** A core of the program: of its file the first page was dumped, or `dumped` bytes, and it was loaded `bias` bytes above where it is linked. */
export function coreOf(
  file: Uint8Array,
  bias = 0,
  options: {headerPage?: boolean; dumped?: number; path?: string; segments?: readonly SegmentSpec[]} = {},
): Uint8Array {
  const start = LINKED + bias;
  const mapped = {start, end: start + TEXT_SIZE, page: 0, path: options.path ?? '/app/server'};
  const entries = [
    [AT.PHDR, start + 64],
    [AT.PHNUM, new DataView(file.buffer).getUint16(56, true)],
    [AT.ENTRY, ENTRY + bias],
  ] as const;
  const page = options.headerPage === false ? {fileSize: 0} : {data: file.subarray(0, options.dumped ?? 4096)};
  return coreBytes(
    [
      prstatus(
        7,
        6,
        Array.from({length: 27}, () => 0),
      ),
      prpsinfo(7, 'server', './server -x'),
      auxv(entries),
      ntFile([mapped]),
    ],
    [{type: PT_LOAD, flags: 5, address: start, memorySize: TEXT_SIZE, ...page}, ...(options.segments ?? [])],
  );
}
