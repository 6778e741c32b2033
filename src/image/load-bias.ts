/**
 * Where the kernel put the executable: what must be added to its link-time addresses. 0 for programs that are not PIE.
 * Truth: Linux fs/binfmt_elf.c (AT_ENTRY, AT_PHDR are run-time addresses of e_entry and of the program headers).
 */
import type {Address, Bytes} from '../base/units.js';
import {AT, ET, PT} from '../elf/elf-constants.js';
import type {ElfFile} from '../elf/elf-file.js';
import type {CoreFile} from './core-file.js';

const PAGE = 4096;

export interface LoadBias {
  readonly bias: Bytes;
  /** The sources agree on a bias that the kernel can choose: false shows another executable. */
  readonly consistent: boolean;
}

export function findLoadBias(core: CoreFile, executable: ElfFile): LoadBias {
  const candidates = [biasOfEntry(core, executable), biasOfHeaders(core, executable), biasOfMapping(core, executable)];
  const known = candidates.filter((bias) => bias !== undefined);
  if (executable.type === ET.EXEC) return {bias: 0, consistent: known.every((bias) => bias === 0)};
  const bias = known.find((value) => value >= 0 && value % PAGE === 0) ?? 0;
  return {bias, consistent: known.every((value) => value === bias)};
}

function biasOfEntry(core: CoreFile, executable: ElfFile): Address | undefined {
  const entry = core.auxv.get(AT.ENTRY);
  return entry === undefined ? undefined : entry - executable.entry;
}

function biasOfHeaders(core: CoreFile, executable: ElfFile): Address | undefined {
  const headers = core.auxv.get(AT.PHDR);
  const segment = executable.segments.find(({type}) => type === PT.PHDR);
  return headers === undefined || !segment ? undefined : headers - segment.address;
}

/** For cores without auxiliary vector: where the file's first page was dumped, or is mapped. */
function biasOfMapping(core: CoreFile, executable: ElfFile): Address | undefined {
  if (core.auxv.size > 0) return undefined;
  const first = executable.segments.find(({type, offset}) => type === PT.LOAD && offset === 0);
  if (first && core.headerAddress !== undefined) return core.headerAddress - first.address;
  const name = executable.source.name.replace(/^.*\//, '');
  const mapped = core.mappedFiles.find(({path, offset}) => offset === 0 && path.replace(/^.*\//, '') === name);
  return first && mapped ? mapped.start - first.address : undefined;
}
