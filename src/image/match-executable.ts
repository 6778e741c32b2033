/**
 * Does an executable belong to a core? A wrong one gives silently wrong types, so it must always be noticed. In this order:
 * Go's build ID, the GNU build ID, and without them the whole first page and all dumped bytes of segments that the program
 * cannot write; a core with no such bytes but the first page (the kernel leaves code out) gives a warning. A stripped copy of
 * the same build matches (its IDs are the same).
 */
import {GoheapError} from '../base/errors.js';
import {type Bytes, hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {AT, EM, PF, PT} from '../elf/elf-constants.js';
import {type CoreFile, findDumped} from './core-file.js';
import type {Executable} from './executable.js';
import {findLoadBias} from './load-bias.js';

export interface MatchOptions {
  /** Turns a mismatch into a warning. */
  readonly forceMismatch?: boolean | undefined;
  readonly warnings: WarningLog;
}

/** Throws `mismatch` that names both identities. Warns when the core holds nothing that could be compared. */
export function checkMatch(core: CoreFile, executable: Executable, {forceMismatch, warnings}: MatchOptions): void {
  const verdict = compare(core, executable);
  if (verdict === 'unknown') {
    warnings.add(
      'executable-unverified',
      `The core holds neither a build ID nor code to compare with ${executable.path}: it is taken to be the program that was dumped.`,
    );
  } else if (verdict !== 'same') {
    const message = `${executable.path} is not the program that ${core.path} was dumped from: ${verdict.difference}`;
    if (!forceMismatch) {
      throw new GoheapError('mismatch', message, {
        hint: 'Give the executable of that very build with --exe; --force-mismatch uses this one, with types that may be wrong.',
      });
    }
    warnings.add('executable-mismatch', `${message}. It is used by request: types and names may be wrong.`);
  }
}

/** Whether `checkMatch` would accept it. */
export function isMatch(core: CoreFile, executable: Executable): boolean {
  const verdict = compare(core, executable);
  return verdict === 'same' || verdict === 'unknown';
}

type Verdict = 'same' | 'unknown' | {readonly difference: string};

function compare(core: CoreFile, executable: Executable): Verdict {
  const machine = core.arch === 'amd64' ? EM.X86_64 : EM.AARCH64;
  if (executable.elf.machine !== machine) return {difference: `it is for machine ${executable.elf.machine}, the core is of ${core.arch}`};
  const ids = compareIds(core, executable);
  if (ids !== 'unknown') return ids;
  const {bias, consistent} = findLoadBias(core, executable.elf);
  const count = core.auxv.get(AT.PHNUM);
  if (!consistent || (count !== undefined && count !== executable.elf.segments.length)) {
    return {difference: 'its entry point and program headers do not lie where the core says'};
  }
  const page = core.headerPage ? comparePage(core.headerPage, executable) : 'unknown';
  return typeof page === 'object' ? page : compareReadOnly(core, executable, bias);
}

function compareIds(core: CoreFile, executable: Executable): Verdict {
  const [dumped, file] = [core.buildIds, executable.buildIds];
  if (dumped.go !== undefined) {
    return dumped.go === file.go ? 'same' : {difference: `the core has Go build ID ${dumped.go}, the executable ${file.go ?? 'has none'}`};
  }
  if (core.headerPage && file.go !== undefined && noteInFirstPage(executable)) {
    return {difference: `the core has no Go build ID, the executable has ${file.go}`};
  }
  if (dumped.gnu !== undefined) {
    return dumped.gnu === file.gnu
      ? 'same'
      : {difference: `the core has GNU build ID ${dumped.gnu}, the executable ${file.gnu ?? 'has none'}`};
  }
  return 'unknown';
}

function noteInFirstPage(executable: Executable): boolean {
  return executable.elf.segments.some(({type, offset, fileSize}) => type === PT.NOTE && offset + fileSize <= 4096);
}

/** Only a difference tells: another build whose segments have the same sizes has the same first page. */
function comparePage(page: Uint8Array, executable: Executable): Verdict {
  const file = executable.source.read(0, Math.min(page.length, executable.source.size));
  const at = firstDifference(page, file);
  if (at < 0) return 'unknown';
  const [inCore, inFile] = [hexBytes(page, at), hexBytes(file, at)];
  return {
    difference: `neither has a build ID, and their first pages differ at ${hex(at)} (${inCore} in the core, ${inFile} in the executable)`,
  };
}

function hexBytes(bytes: Uint8Array, at: number): string {
  return [...bytes.subarray(at, at + 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('') || 'nothing';
}

/** Bytes compared per read. */
const STEP = 65536;

function compareReadOnly(core: CoreFile, executable: Executable, bias: Bytes): Verdict {
  let compared = 0;
  for (const segment of executable.elf.segments) {
    if (segment.type !== PT.LOAD || (segment.flags & PF.W) !== 0) continue;
    const size = Math.min(segment.fileSize, executable.source.size - segment.offset);
    for (let done = 0; done < size; done += STEP) {
      const length = Math.min(STEP, size - done);
      const dumped = findDumped(core.elf, segment.address + bias + done, length);
      if (!dumped) continue;
      const at = firstDifference(dumped, executable.source.read(segment.offset + done, length));
      if (at >= 0) return {difference: `neither build ID is known, and their contents differ at ${hex(segment.address + done + at)}`};
      compared += length;
    }
  }
  return compared > 0 ? 'same' : 'unknown';
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return a.length === b.length ? -1 : length;
}
