/**
 * What executables of other systems are read into: the tables of an ELF file, because all formats have the same: what is loaded where, sections with
 * debug information, symbols, and words that a loader changes. A heap dump may be of a program of any system.
 */
import type {ElfFile} from './elf-file.js';
import type {Relocations} from './relocations.js';
import type {ElfSymbol} from './symbols.js';

export interface ForeignFile {
  readonly elf: ElfFile; // ET.DYN when a loader may move it
  readonly goos: 'windows' | 'darwin';
  readonly symbols: () => Map<string, ElfSymbol>; // without sizes
  readonly relocations: () => Relocations;
}
