/**
 * A core → the path of the executable it was dumped from: the given one, else the path that the kernel recorded (below the
 * sysroot, if one is given), else a file of the same name beside the core. What lies there must match: a program that was
 * rebuilt at its old place does not hide the right one beside the core.
 */
import {constants} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {GoheapError, isGoheapError} from '../base/errors.js';
import type {CoreFile} from './core-file.js';
import {openExecutable} from './executable.js';
import {isMatch} from './match-executable.js';
import {findNamed, placeBelow} from './named-file.js';

export interface FindOptions {
  /** Given by the user: taken as it is. */
  readonly executable?: string | undefined;
  /** Where the root of the dumped machine's file system is. */
  readonly sysroot?: string | undefined;
}

/** The first place whose file matches; else the first that exists (`checkMatch` then tells the difference); else an `io` error that names all places, to be thrown when the core alone does not do. */
export function findExecutable(core: CoreFile, options: FindOptions): string | GoheapError {
  if (options.executable !== undefined) return options.executable;
  const places = candidatePlaces(core, options.sysroot).map((place) => findNamed(place));
  const existing = places.flatMap(({path, stat}) => (stat ? [path] : []));
  const found = existing.find((place) => matches(core, place)) ?? existing[0];
  if (found !== undefined) return found;
  const names = places.map(({path, refusal}) => (refusal === undefined ? path : `${path} (the core names it; not opened: ${refusal})`));
  const tried = names.length > 0 ? `tried ${names.join(', ')}` : 'the core does not say where it was';
  const hint = isStopped(core) ? ` While the process runs, --exe /proc/${core.pid}/exe is it, even if it was deleted.` : '';
  return new GoheapError('io', `${core.path}: the executable of the core was not found: ${tried}`, {
    hint: `Give it with --exe, or put it beside the core.${hint}`,
  });
}

/** No signal has ended the process: a debugger stopped it. */
function isStopped({pid, signal = 0}: CoreFile): boolean {
  return pid !== undefined && [0, constants.signals.SIGTRAP, constants.signals.SIGSTOP].includes(signal);
}

function candidatePlaces(core: CoreFile, sysroot: string | undefined): string[] {
  const recorded = core.executableFile?.path.replace(/ \(deleted\)$/, '') ?? firstArgument(core);
  if (recorded === undefined) return [];
  const places = [join(dirname(core.path), basename(recorded))];
  // Delve records no mapped files, and /proc/PID/exe as the command line.
  if (!core.executableFile && core.programName) places.push(join(dirname(core.path), basename(core.programName)));
  // A first argument alone is relative to a folder that nobody knows any more.
  if (recorded.startsWith('/')) places.unshift(placeBelow(sysroot, recorded));
  return [...new Set(places)];
}

function firstArgument(core: CoreFile): string | undefined {
  return core.commandLine?.split(' ')[0] || core.programName || undefined;
}

function matches(core: CoreFile, place: string): boolean {
  try {
    const executable = openExecutable(place);
    try {
      return isMatch(core, executable);
    } finally {
      executable.close();
    }
  } catch (error) {
    if (isGoheapError(error)) return false;
    throw error;
  }
}
