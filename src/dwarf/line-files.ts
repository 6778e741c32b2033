/**
 * The header of a unit's line program → its file names, which DW_AT_decl_file counts. The program itself is not run.
 * Truth: DWARF 5 section 6.2.4 (versions 2 to 4: DWARF 4 section 6.2.4).
 */
import {Cursor, decodeText} from '../base/bytes.js';
import {DW_FORM, DW_LNCT} from './dwarf-constants.js';
import type {Sections} from './sections.js';
import type {Unit} from './unit.js';

/** By the number that DW_AT_decl_file uses. Empty when the unit has no line program. Throws `bad-format` when it is damaged. */
export function readLineFiles(sections: Sections, unit: Unit): (string | undefined)[] {
  if (unit.lineOffset === undefined) return [];
  const cursor = new Cursor('.debug_line', sections.get('.debug_line'), unit.lineOffset);
  const short = cursor.u32();
  const offsetSize = short === 0xffffffff ? 8 : 4;
  if (offsetSize === 8) cursor.skip(8);
  const version = cursor.u16();
  if (version < 2 || version > 5) cursor.fail(`line program of version ${version}; expected 2 to 5`);
  if (version >= 5) cursor.skip(2); // address_size, segment_selector_size
  cursor.skip(offsetSize); // header_length
  cursor.skip(version >= 4 ? 5 : 4); // minimum_instruction_length, (maximum_operations_per_instruction,) default_is_stmt, line_base, line_range
  const opcodeBase = cursor.u8();
  cursor.skip(Math.max(0, opcodeBase - 1)); // standard_opcode_lengths
  return version >= 5 ? readFiles5(sections, cursor, offsetSize) : readFiles2(cursor, unit.compDir);
}

/** Versions 2 to 4: directories and files count from 1; directory 0 is the compilation's. */
function readFiles2(cursor: Cursor, compDir: string | undefined): (string | undefined)[] {
  const directories = [compDir ?? ''];
  for (let name = cursor.cString(); name !== ''; name = cursor.cString()) directories.push(joinPath(compDir, name));
  const files: (string | undefined)[] = [undefined];
  for (let name = cursor.cString(); name !== ''; name = cursor.cString()) {
    const directory = directories[cursor.uleb()];
    cursor.uleb(); // time of modification
    cursor.uleb(); // length
    files.push(joinPath(directory, name));
  }
  return files;
}

interface LineEntry {
  readonly path: string;
  readonly directory: number;
}

/** Version 5: tables that describe themselves, counting from 0; directory 0 is the compilation's. */
function readFiles5(sections: Sections, cursor: Cursor, offsetSize: number): string[] {
  const directories = readEntries(sections, cursor, offsetSize).map(({path}) => path);
  return readEntries(sections, cursor, offsetSize).map(({path, directory}) => {
    const below = joinPath(directories[directory], path);
    return directory === 0 ? below : joinPath(directories[0], below);
  });
}

function readEntries(sections: Sections, cursor: Cursor, offsetSize: number): LineEntry[] {
  const formats: {content: number; form: number}[] = [];
  for (let i = cursor.u8(); i > 0; i--) formats.push({content: cursor.uleb(), form: cursor.uleb()});
  const count = cursor.uleb();
  if (count > cursor.end - cursor.position) cursor.fail(`${count} names in a line program; ${cursor.end - cursor.position} bytes remain`);
  const entries: LineEntry[] = [];
  for (let i = 0; i < count; i++) {
    let [path, directory] = ['', 0];
    for (const {content, form} of formats) {
      const value = readLineValue(sections, cursor, form, offsetSize);
      if (content === DW_LNCT.path && typeof value === 'string') path = value;
      if (content === DW_LNCT.directory_index && typeof value === 'number') directory = value;
    }
    entries.push({path, directory});
  }
  return entries;
}

/** The forms that DWARF 5 allows in these tables. */
function readLineValue(sections: Sections, cursor: Cursor, form: number, offsetSize: number): string | number | undefined {
  const readOffset = () => (offsetSize === 8 ? cursor.u64() : cursor.u32());
  switch (form) {
    case DW_FORM.string:
      return cursor.cString();
    case DW_FORM.line_strp:
      return decodeText(sections.text('.debug_line_str', readOffset()));
    case DW_FORM.strp:
      return decodeText(sections.text('.debug_str', readOffset()));
    case DW_FORM.udata:
      return cursor.uleb();
    case DW_FORM.data1:
      return cursor.u8();
    case DW_FORM.data2:
      return cursor.u16();
    case DW_FORM.data4:
      return cursor.u32();
    case DW_FORM.data8:
      return cursor.u64();
    case DW_FORM.data16:
      cursor.skip(16);
      return undefined;
    case DW_FORM.block:
      cursor.skip(cursor.uleb());
      return undefined;
    default:
      return cursor.fail(`form ${form} in a line program`);
  }
}

/** Go names files absolutely, or by import path when built with -trimpath: its directory "." says nothing. */
function joinPath(directory: string | undefined, name: string): string {
  return name.startsWith('/') || directory === undefined || directory === '' || directory === '.' ? name : `${directory}/${name}`;
}
