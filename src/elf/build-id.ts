/**
 * Notes → the identities of an executable: Go's build ID (owner "Go", type 4: text with slashes) and the GNU build ID (owner
 * "GNU", type 3: bytes). Truth: cmd/internal/buildid/note.go; ELF "Build ID" of the GNU tools.
 */
import {decodeText} from '../base/bytes.js';
import {NT_GNU_BUILD_ID, NT_GO_BUILD_ID} from './elf-constants.js';
import type {ElfFile} from './elf-file.js';
import {type Note, readNotes} from './notes.js';

export interface BuildIds {
  readonly go?: string;
  readonly gnu?: string; // lower-case hexadecimal
}

/** Of an ELF file, or of notes that were read already. Go programs have both since 1.24, only `go` before; C programs have only `gnu`. */
export function readBuildIds(from: readonly Note[] | ElfFile): BuildIds {
  const notes = 'segments' in from ? readNotes(from) : from;
  const go = notes.find((note) => note.owner === 'Go' && note.type === NT_GO_BUILD_ID)?.data;
  const gnu = notes.find((note) => note.owner === 'GNU' && note.type === NT_GNU_BUILD_ID)?.data;
  return {
    ...(go && go.length > 0 ? {go: decodeText(go)} : {}),
    ...(gnu && gnu.length > 0 ? {gnu: [...gnu].map((byte) => byte.toString(16).padStart(2, '0')).join('')} : {}),
  };
}
