/**
 * Threads, mapped files and memory maps → the head of an ELF core: header, program headers, notes. What lies behind it is memory, map by map, with
 * holes where there is none. Truth: Linux fs/binfmt_elf.c, include/uapi/linux/elfcore.h; struct elf_prstatus of amd64 and arm64.
 */
import type {Address, Bytes} from '../base/units.js';
import {ELF_MAGIC, ELFCLASS64, ELFDATA2LSB, EM, ET, NT, PF, PN_XNUM, PT} from '../elf/elf-constants.js';
import {KERNEL_PAGE, type ProcessMap, type ProcessThread} from './process-files.js';

/** A map as it is in the core. */
export interface CoreSegment {
  readonly map: ProcessMap;
  readonly size: Bytes; // of its bytes in the file
  offset: Bytes;
}
export interface CoreHead {
  readonly arch: 'amd64' | 'arm64';
  readonly pid: number;
  readonly name: string;
  readonly commandLine: string;
  readonly auxv: Uint8Array;
  readonly threads: readonly ProcessThread[];
  readonly maps: readonly ProcessMap[];
}

const EHDR: Bytes = 64;
const PHDR: Bytes = 56;
const SHDR: Bytes = 64;
const PRSTATUS = {amd64: {size: 336, sp: 112 + 19 * 8, pc: 112 + 16 * 8}, arm64: {size: 392, sp: 112 + 31 * 8, pc: 112 + 32 * 8}} as const;
const PRSTATUS_PID: Bytes = 32;
const PRSTATUS_SIGNAL: Bytes = 12;
const PRPSINFO: Bytes = 136;
const SIGSTOP = 19;

/** Which maps a core has, and how much of each: what the kernel dumps by default. */
export function listSegments(maps: readonly ProcessMap[]): CoreSegment[] {
  return maps
    .filter(({path}) => path !== '[vsyscall]' && !path.startsWith('[vvar'))
    .map((map) => ({map, size: sizeInCore(map), offset: 0}));
}

function sizeInCore({start, end, readable, writable, shared, inode, offset}: ProcessMap): Bytes {
  if (!readable || shared) return 0;
  if (inode === 0 || writable) return end - start;
  return offset === 0 ? Math.min(KERNEL_PAGE, end - start) : 0; // the page that says which file it is
}

/** Sets the offsets of the segments. Ends where the first of them begins. */
export function encodeHead(head: CoreHead, segments: readonly CoreSegment[]): Uint8Array {
  const notes = Buffer.concat(listNotes(head));
  const count = segments.length + 1;
  const isMany = count >= PN_XNUM; // then a section header counts them
  const notesAt = EHDR + count * PHDR + (isMany ? SHDR : 0);
  let at = Math.ceil((notesAt + notes.length) / KERNEL_PAGE) * KERNEL_PAGE;
  const bytes = Buffer.alloc(at);
  for (const segment of segments) {
    segment.offset = at;
    at += segment.size;
  }
  bytes.writeUInt32LE(ELF_MAGIC, 0);
  bytes.set([ELFCLASS64, ELFDATA2LSB, 1], 4);
  bytes.writeUInt16LE(ET.CORE, 16);
  bytes.writeUInt16LE(head.arch === 'amd64' ? EM.X86_64 : EM.AARCH64, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(BigInt(EHDR), 32);
  bytes.writeUInt16LE(EHDR, 52);
  bytes.writeUInt16LE(PHDR, 54);
  bytes.writeUInt16LE(isMany ? PN_XNUM : count, 56);
  if (isMany) {
    bytes.writeBigUInt64LE(BigInt(EHDR + count * PHDR), 40);
    bytes.writeUInt16LE(SHDR, 58);
    bytes.writeUInt16LE(1, 60);
    bytes.writeUInt32LE(count, EHDR + count * PHDR + 44);
  }
  writeHeader(bytes, EHDR, {type: PT.NOTE, flags: 0, offset: notesAt, address: 0, size: notes.length, memory: 0, align: 4});
  segments.forEach(({map, size, offset}, row) => {
    const flags = (map.readable ? PF.R : 0) | (map.writable ? PF.W : 0) | (map.executable ? PF.X : 0);
    const place = {offset, address: map.start, size, memory: map.end - map.start};
    writeHeader(bytes, EHDR + (row + 1) * PHDR, {type: PT.LOAD, flags, ...place, align: KERNEL_PAGE});
  });
  notes.copy(bytes, notesAt);
  return bytes;
}

function writeHeader(
  bytes: Buffer,
  at: number,
  header: {type: number; flags: number; offset: Bytes; address: Address; size: Bytes; memory: Bytes; align: Bytes},
): void {
  bytes.writeUInt32LE(header.type, at);
  bytes.writeUInt32LE(header.flags, at + 4);
  const words = [header.offset, header.address, 0, header.size, header.memory, header.align];
  words.forEach((word, index) => void bytes.writeBigUInt64LE(BigInt(word), at + 8 + index * 8));
}

function listNotes({arch, pid, name, commandLine, auxv, threads, maps}: CoreHead): Buffer[] {
  const process = Buffer.alloc(PRPSINFO);
  process.writeInt32LE(pid, 24);
  process.write(name.slice(0, 15), 40);
  process.write(commandLine.slice(0, 79), 56);
  const [first, ...others] = threads.map(({tid, place}) => {
    const {size, sp, pc} = PRSTATUS[arch];
    const status = Buffer.alloc(size);
    status.writeUInt16LE(SIGSTOP, PRSTATUS_SIGNAL);
    status.writeInt32LE(tid, PRSTATUS_PID);
    status.writeBigUInt64LE(BigInt(place?.sp ?? 0), sp);
    status.writeBigUInt64LE(BigInt(place?.pc ?? 0), pc);
    return note(NT.PRSTATUS, status);
  });
  return [first!, note(NT.PRPSINFO, process), note(NT.AUXV, auxv), note(NT.FILE, mappedFiles(maps)), ...others];
}

function mappedFiles(maps: readonly ProcessMap[]): Buffer {
  const files = maps.filter(({inode}) => inode !== 0);
  const numbers = [files.length, KERNEL_PAGE, ...files.flatMap(({start, end, offset}) => [start, end, offset / KERNEL_PAGE])];
  const table = Buffer.alloc(numbers.length * 8);
  numbers.forEach((number, index) => void table.writeBigUInt64LE(BigInt(number), index * 8));
  return Buffer.concat([table, Buffer.from(files.map(({path}) => `${path}\0`).join(''))]);
}

function note(type: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt32LE(5, 0);
  head.writeUInt32LE(data.length, 4);
  head.writeUInt32LE(type, 8);
  head.write('CORE', 12);
  return Buffer.concat([head, data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
}
