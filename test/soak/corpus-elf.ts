/**
 * The ELF structures of a core and its executable → what may be done to them: headers, program headers, notes and what is in them, section
 * headers. Written from the gABI and Linux' include/uapi/linux/elfcore.h.
 */
import {readFileSync} from 'node:fs';
import {type Change, changeBytes, changeField, type Kind, NASTY_TEXTS, numberBytes, pick, type Random} from './corpus.js';

const HEADER = [
  ['EI_CLASS', 4, 1],
  ['EI_DATA', 5, 1],
  ['e_type', 16, 2],
  ['e_machine', 18, 2],
  ['e_entry', 24, 8],
  ['e_phoff', 32, 8],
  ['e_shoff', 40, 8],
  ['e_phentsize', 54, 2],
  ['e_phnum', 56, 2],
  ['e_shentsize', 58, 2],
  ['e_shnum', 60, 2],
  ['e_shstrndx', 62, 2],
] as const;
const PROGRAM_HEADER = [
  ['p_type', 0, 4],
  ['p_flags', 4, 4],
  ['p_offset', 8, 8],
  ['p_vaddr', 16, 8],
  ['p_filesz', 32, 8],
  ['p_memsz', 40, 8],
  ['p_align', 48, 8],
] as const;
const SECTION_HEADER = [
  ['sh_name', 0, 4],
  ['sh_type', 4, 4],
  ['sh_flags', 8, 8],
  ['sh_addr', 16, 8],
  ['sh_offset', 24, 8],
  ['sh_size', 32, 8],
  ['sh_link', 40, 4],
  ['sh_info', 44, 4],
  ['sh_entsize', 56, 8],
] as const;
const NOTE_HEADER = [
  ['n_namesz', 0, 4],
  ['n_descsz', 4, 4],
  ['n_type', 8, 4],
] as const;
const [PT_LOAD, PT_NOTE] = [1, 4];
const NT = {PRSTATUS: 1, PRPSINFO: 3, AUXV: 6, FILE: 0x46494c45} as const;

interface ElfTable {
  readonly file: string;
  readonly data: Buffer;
  readonly segments: number; // offset of the program headers
  readonly segmentCount: number;
  readonly sections: number;
  readonly sectionCount: number;
}
interface NotePlace {
  readonly type: number;
  readonly header: number; // offsets in the file
  readonly data: number;
  readonly size: number;
}

function readTable(file: string): ElfTable {
  const data = readFileSync(file);
  const word = (at: number) => Number(data.readBigUInt64LE(at));
  return {
    file,
    data,
    segments: word(32),
    segmentCount: data.readUInt16LE(56),
    sections: word(40),
    sectionCount: data.readUInt16LE(60),
  };
}

function readNotePlaces({data, segments, segmentCount}: ElfTable): NotePlace[] {
  const notes: NotePlace[] = [];
  for (let i = 0; i < segmentCount; i++) {
    const at = segments + i * 56;
    if (data.readUInt32LE(at) !== PT_NOTE) continue;
    const start = Number(data.readBigUInt64LE(at + 8));
    const end = start + Number(data.readBigUInt64LE(at + 32));
    for (let header = start; header + 12 <= end; ) {
      const [name, size, type] = [0, 4, 8].map((by) => data.readUInt32LE(header + by)) as [number, number, number];
      const dataAt = header + 12 + Math.ceil(name / 4) * 4;
      notes.push({type, header, data: dataAt, size});
      header = dataAt + Math.ceil(size / 4) * 4;
    }
  }
  return notes;
}

export function elfKinds(core: string, executable: string): Kind[] {
  const [ofCore, ofExecutable] = [readTable(core), readTable(executable)];
  const notes = readNotePlaces(ofCore);
  const ofType = (type: number) => notes.filter((note) => note.type === type);
  const struct = ({file, data}: ElfTable, at: number, size: number) => ({file, at, data: data.subarray(at, at + size)});
  const [files] = ofType(NT.FILE) as [NotePlace];
  return [
    {name: 'ELF header', change: (random) => changeField(random, struct(pick(random, [ofCore, ofExecutable]), 0, 64), HEADER)},
    {name: 'program headers of the core', change: (random) => changeSegments(random, ofCore)},
    {name: 'program headers of the executable', change: (random) => changeSegments(random, ofExecutable)},
    {
      name: 'section headers',
      change: (random) =>
        changeField(random, struct(ofExecutable, ofExecutable.sections + random(ofExecutable.sectionCount) * 64, 64), SECTION_HEADER),
    },
    {name: 'notes', change: (random) => changeField(random, struct(ofCore, pick(random, notes).header, 12), NOTE_HEADER)},
    {name: 'NT_FILE', change: (random) => changeFiles(random, ofCore, files)},
    {
      name: 'threads and process',
      change: (random) => {
        const note = pick(random, [...ofType(NT.PRSTATUS), ...ofType(NT.AUXV), ...ofType(NT.PRPSINFO)]);
        if (note.type === NT.PRPSINFO) return changeText(random, core, note.data + pick(random, [40, 56]), 16);
        const words = Array.from({length: note.size >>> 3}, (_, i) => [`word ${i}`, i * 8, 8] as const);
        return changeField(random, struct(ofCore, note.data, note.size), words);
      },
    },
  ];
}

/** A field of a header, or one header in the place of others: segments that overlap. */
function changeSegments(random: Random, {file, data, segments, segmentCount}: ElfTable): Change {
  const at = segments + random(segmentCount) * 56;
  const header = data.subarray(at, at + 56);
  if (random(4) > 0) return changeField(random, {file, at, data: header}, PROGRAM_HEADER);
  const loaded = Uint8Array.from(header);
  loaded.set(numberBytes(BigInt(pick(random, [PT_LOAD, PT_NOTE])), 4));
  const count = 1 + random(Math.min(20, segmentCount));
  const first = random(segmentCount - count + 1);
  const patches = Array.from({length: count}, (_, i) => ({file, offset: segments + (first + i) * 56, bytes: loaded}));
  return {what: `${count} segments from ${first} on are that at ${at}`, patches};
}

/** The count, the page size, a range, or what a path says. */
function changeFiles(random: Random, {file, data}: ElfTable, note: NotePlace): Change {
  const count = Number(data.readBigUInt64LE(note.data));
  const names = note.data + 16 + count * 24;
  if (random(2) === 0) return changeText(random, file, names, note.data + note.size - names);
  const fields = Array.from({length: 2 + 3 * count}, (_, i) => [`word ${i}`, i * 8, 8] as const);
  return changeField(random, {file, at: note.data, data: data.subarray(note.data, names)}, fields);
}

function changeText(random: Random, file: string, start: number, length: number): Change {
  if (random(4) === 0) return changeBytes(random, file, start, length);
  const text = pick(random, NASTY_TEXTS);
  const bytes = Buffer.from(text).subarray(0, length - 1);
  return {
    what: `the text at ${start} is ${JSON.stringify(text.slice(0, 40))}`,
    patches: [{file, offset: start, bytes: Buffer.concat([bytes, Buffer.alloc(1)])}],
  };
}
