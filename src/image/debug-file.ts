/**
 * An executable → the file with its debug information, when that was split off: the given file, else below the given folder and
 * /usr/lib/debug as gdb searches them, by build ID (`.build-id/xx/rest.debug`) or by the name and checksum in
 * `.gnu_debuglink`. Truth: gdb, "Debugging Information in Separate Files". Files that dwz shared are refused.
 */
import {statSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {crc32} from 'node:zlib';
import {Cursor} from '../base/bytes.js';
import {GoheapError, isGoheapError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';
import type {BuildIds} from '../elf/build-id.js';
import {PT} from '../elf/elf-constants.js';
import {findSection} from '../elf/elf-file.js';
import {type Executable, hasDwarf, openExecutable} from './executable.js';
import {findNamed} from './named-file.js';

export interface DebugFileOptions {
  /** The file, or a folder to search. */
  readonly debugFile?: string | undefined;
  readonly sysroot?: string | undefined;
  readonly forceMismatch?: boolean | undefined;
}
/** What is known of the program: its file, or without it what the core tells. */
export interface Program {
  readonly path: string;
  readonly buildIds: BuildIds;
  readonly executable: Executable | undefined;
}

const DEFAULT_FOLDER = '/usr/lib/debug';

/** Undefined when there is none and none was asked for. Throws `mismatch` for one of another program, `io` when none is below the given folder. */
export function openDebugFile(program: Program, options: DebugFileOptions): Executable | undefined {
  const {debugFile} = options;
  const folder = debugFile !== undefined && isFolder(debugFile) ? debugFile : undefined;
  if (debugFile !== undefined && folder === undefined) return openGiven(debugFile, program, options.forceMismatch ?? false);
  if (folder === undefined && program.executable && hasDwarf(program.executable)) return undefined;
  const link = program.executable && readDebugLink(program.executable);
  const system = options.sysroot === undefined ? DEFAULT_FOLDER : join(options.sysroot, DEFAULT_FOLDER);
  const places = candidatePlaces(program, link, folder === undefined ? [system] : [folder, system]);
  for (const place of places) {
    const found = openIfMatching(place, program, link);
    if (found) return found;
  }
  if (folder === undefined) return undefined;
  throw new GoheapError('io', `no debug file of ${program.path} was found: tried ${places.join(', ') || folder}`, {
    hint: 'Give the file itself: --debug-file FILE.',
  });
}

interface DebugLink {
  readonly name: string;
  readonly checksum: number;
}

/** A name, padded to a multiple of 4 bytes, and the file's CRC-32. */
function readDebugLink(executable: Executable): DebugLink | undefined {
  const data = executable.section('.gnu_debuglink');
  if (!data) return undefined;
  try {
    const cursor = new Cursor(`${executable.path} (.gnu_debuglink)`, data);
    const name = basename(cursor.cString());
    cursor.position = Math.ceil(cursor.position / 4) * 4;
    return {name, checksum: cursor.u32()};
  } catch (error) {
    if (isGoheapError(error)) return undefined;
    throw error;
  }
}

function candidatePlaces(program: Program, link: DebugLink | undefined, folders: readonly string[]): string[] {
  const {gnu} = program.buildIds;
  const places = gnu === undefined ? [] : folders.map((folder) => join(folder, '.build-id', gnu.slice(0, 2), `${gnu.slice(2)}.debug`));
  if (link && program.executable) {
    const beside = dirname(resolve(program.executable.path));
    places.push(join(beside, link.name), join(beside, '.debug', link.name));
    for (const folder of folders) places.push(join(folder, beside, link.name), join(folder, link.name));
  }
  return [...new Set(places)];
}

/** What lies at a place that was only guessed may be anything. */
function openIfMatching(place: string, program: Program, link: DebugLink | undefined): Executable | undefined {
  if (!findNamed(place).stat) return undefined;
  let file: Executable | undefined;
  try {
    file = openExecutable(place);
    const verdict = compareBuilds(program, file, link);
    if (verdict === 'same' && hasDwarf(file) && !isShared(file)) return file;
  } catch (error) {
    if (!isGoheapError(error)) throw error;
  }
  file?.close();
  return undefined;
}

function openGiven(path: string, program: Program, force: boolean): Executable {
  const file = openExecutable(path);
  try {
    const verdict = compareBuilds(program, file, program.executable && readDebugLink(program.executable));
    if (!force && verdict !== 'same' && verdict !== 'unknown') {
      throw new GoheapError('mismatch', `${path} is not the debug information of ${program.path}: ${verdict.difference}`, {
        hint: 'Give the debug file of the same build, or --force-mismatch to use it all the same.',
      });
    }
    if (isShared(file)) {
      throw new GoheapError('unsupported', `${path}: its debug information is shared with another file (dwz)`, {
        hint: 'Give a debug file that dwz did not change.',
      });
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Go's build ID, the GNU build ID, the checksum in the link; without any of them where the program is linked to. */
function compareBuilds(
  program: Program,
  file: Executable,
  link: DebugLink | undefined,
): 'same' | 'unknown' | {readonly difference: string} {
  for (const kind of ['go', 'gnu'] as const) {
    const [wanted, found] = [program.buildIds[kind], file.buildIds[kind]];
    if (wanted === undefined || found === undefined) continue;
    return wanted === found ? 'same' : {difference: `build ID ${found}, expected ${wanted}`};
  }
  if (link && basename(file.path) === link.name) {
    const checksum = checksumOf(file);
    return checksum === link.checksum ? 'same' : {difference: `checksum ${checksum.toString(16)}, expected ${link.checksum.toString(16)}`};
  }
  if (!program.executable) return 'unknown';
  const [own, other] = [program.executable, file].map(({elf}) => `${elf.entry} ${elf.segments.filter(isLoaded).map((s) => s.address)}`);
  return own === other ? 'same' : {difference: 'it is linked to other addresses'};
}

function isLoaded({type}: {readonly type: number}): boolean {
  return type === PT.LOAD;
}

const STEP: Bytes = 1024 * 1024;

function checksumOf({source}: Executable): number {
  let checksum = 0;
  for (let at = 0; at < source.size; at += STEP) checksum = crc32(source.read(at, Math.min(STEP, source.size - at)), checksum);
  return checksum;
}

function isShared(file: Executable): boolean {
  return findSection(file.elf, '.gnu_debugaltlink') !== undefined;
}

function isFolder(path: string): boolean {
  return statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false;
}
