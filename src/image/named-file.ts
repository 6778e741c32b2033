/**
 * A path that an input names → whether goheap opens it. A core names its executable and its libraries, an executable its debug file, a
 * database its dump, and all of these may come from strangers: what lies at the path is looked at before it is opened, because to open
 * a FIFO waits for whoever writes to it, and to open a device does whatever its driver does. What users name themselves has no limit.
 */
import {type Stats, statSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {GoheapError, isGoheapError} from '../base/errors.js';
import {describeKind} from '../base/file-source.js';
import {formatBytes} from '../base/format-bytes.js';
import type {Bytes} from '../base/units.js';

/** Larger than any executable or debug file. */
export const LARGEST_NAMED: Bytes = 2 ** 32;

export interface NamedFile {
  readonly path: string;
  /** What lies there, if it may be opened. */
  readonly stat: Stats | undefined;
  /** Why it is not opened: `a FIFO`; undefined when it is, or when nothing lies there. */
  readonly refusal: string | undefined;
}

/** Regular files of at most `largest` bytes may be opened. */
export function findNamed(path: string, largest: Bytes = LARGEST_NAMED): NamedFile {
  const stat = lookAt(path);
  const refusal = stat && refusalOf(stat, largest);
  return {path, stat: refusal === undefined ? stat : undefined, refusal};
}

/** Undefined also where it cannot be looked at: a folder that is closed, names that are too long or have a NUL in them. */
function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, {throwIfNoEntry: false});
  } catch {
    return undefined;
  }
}

function refusalOf(stat: Stats, largest: Bytes): string | undefined {
  if (!stat.isFile()) return describeKind(stat);
  if (stat.size > largest) return `${formatBytes(stat.size)}, more than ${formatBytes(largest)}`;
  return stat.size === 0 ? 'empty' : undefined;
}

/** Where a path of the dumped machine lies on this one: below the sysroot, if there is one, however many `..` it has. */
export function placeBelow(sysroot: string | undefined, path: string): string {
  return sysroot === undefined ? path : join(sysroot, resolve('/', path));
}

/** Runs what opens a file that the core names: an error then says who named it, since users may never have heard of it. */
export function asNamedByCore<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!isGoheapError(error)) throw error;
    throw new GoheapError(error.code, `${error.message} (the core names this file)`, {hint: error.hint, cause: error});
  }
}
