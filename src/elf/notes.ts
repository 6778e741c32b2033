/**
 * PT_NOTE segments and SHT_NOTE sections → notes. Truth: System V gABI "Note Section"; name and descriptor are padded to
 * 4 bytes, as Linux, gdb and Go write them (8 only where the alignment says so). What a note means is up to its reader.
 */
import {Cursor, decodeText} from '../base/bytes.js';
import {type Bytes, hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {PT, SHT} from './elf-constants.js';
import type {ElfFile} from './elf-file.js';

export interface Note {
  readonly owner: string; // without its NUL bytes
  readonly type: number;
  readonly data: Uint8Array;
  readonly offset: Bytes; // of the data in the file
}

/** The largest single note seen, a list of mapped files, has a few MiB. */
const MAX_NOTE: Bytes = 2 ** 28;
const NOTE_HEADER = 12;
/** A core has one area of notes, an executable a handful. */
const MOST_AREAS = 1024;

/**
 * All notes, in the order of the file. Sections count too where no segment covers them: Go's linker leaves the GNU build ID
 * out of PT_NOTE. What lies behind the end of a truncated file, or is damaged, is left out with a warning.
 */
export function readNotes(elf: ElfFile, warnings?: WarningLog): Note[] {
  const notes: Note[] = [];
  const areas = elf.segments
    .filter((segment) => segment.type === PT.NOTE)
    .map(({offset, fileSize, align}) => ({offset, size: fileSize, align}))
    .slice(0, MOST_AREAS);
  for (const {offset, size} of elf.sections.filter(({type}) => type === SHT.NOTE).slice(0, MOST_AREAS)) {
    const covered = areas.some((area) => offset >= area.offset && offset < area.offset + area.size);
    if (!covered) areas.push({offset, size, align: 4});
  }
  for (const area of areas) readArea(elf, area, notes, warnings);
  return notes;
}

interface Area {
  readonly offset: Bytes;
  readonly size: Bytes;
  readonly align: Bytes;
}

/** Note by note: what an area claims about its size may be untrue, and must not lead to a large read. */
function readArea(elf: ElfFile, area: Area, notes: Note[], warnings: WarningLog | undefined): void {
  const {source} = elf;
  const size = Math.min(area.size, source.size - area.offset);
  if (size < area.size) {
    warnings?.add('notes-cut', `${source.name}: of ${area.size} bytes of notes at ${hex(area.offset)}, ${Math.max(size, 0)} can be read.`);
  }
  const align = area.align === 8 ? 8 : 4;
  for (let at = 0; size - at >= NOTE_HEADER; ) {
    const start = area.offset + at;
    const header = new Cursor(source.name, source.read(start, NOTE_HEADER));
    const [nameSize, dataSize, type] = [header.u32(), header.u32(), header.u32()];
    if (nameSize === 0 && dataSize === 0 && type === 0) return; // padding, or memory without notes
    const dataAt = alignUp(at + NOTE_HEADER + nameSize, align);
    if (dataAt + dataSize > size || nameSize + dataSize > MAX_NOTE) {
      // A cut area was reported above; its last note is cut with it.
      if (size === area.size) warnings?.add('notes-damaged', `${source.name}: the note at ${hex(start)} reaches beyond its segment.`);
      return;
    }
    const owner = decodeText(source.read(start + NOTE_HEADER, nameSize)).replace(/\0+$/, '');
    const offset = area.offset + dataAt;
    notes.push({owner, type, data: source.read(offset, dataSize).slice(), offset});
    at = alignUp(dataAt + dataSize, align);
  }
}

function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}
