/**
 * Where the program's initialized data lie: the runtime's variables are searched there when nothing names them. From the
 * program headers of the executable, or of its first page in the core; else everything the core holds in moderate pieces.
 */
import type {Bytes} from '../base/units.js';
import {PF, PT} from '../elf/elf-constants.js';
import type {ElfFile} from '../elf/elf-file.js';
import type {Mapping, Range} from './mappings.js';

/** Heap arenas and reservations are larger; data of a C program's libraries, one of which may be Go's, are not. */
const MODERATE: Bytes = 64 * 2 ** 20;

/** Ascending. `program`: the executable's headers; `bias`: its load address less its link-time address. */
export function findProgramData(program: Pick<ElfFile, 'segments'> | undefined, bias: Bytes, mappings: readonly Mapping[]): Range[] {
  const data = (program?.segments ?? []).filter(({type, flags, fileSize}) => type === PT.LOAD && (flags & PF.W) !== 0 && fileSize > 0);
  if (data.length === 0) return mappings.filter(({start, end}) => end - start <= MODERATE);
  return data.map(({address, fileSize}) => ({start: address + bias, end: address + bias + fileSize})).sort((a, b) => a.start - b.start);
}
