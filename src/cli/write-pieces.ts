/**
 * Bytes piece by piece → a new file that its owner alone may read, or none: what is half-written is removed.
 */
import {closeSync, openSync, rmSync} from 'node:fs';
import {GoheapError} from '../base/errors.js';
import {writeAll} from '../base/file-source.js';

/** Throws `usage` when there is a file of that name, `io` when it cannot be written, and what the pieces throw. */
export function writePieces(path: string, pieces: Iterable<Uint8Array>): void {
  const file = opened(path);
  try {
    for (const piece of pieces) ioError(path, () => writeAll(file, piece));
  } catch (error) {
    rmSync(path, {force: true});
    throw error;
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  return ioError(path, () => {
    try {
      return openSync(path, 'wx', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new GoheapError('usage', `${path}: exists already`, {hint: 'Remove it, or give another path with -o.'});
    }
  });
}

function ioError<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof GoheapError) throw error;
    throw new GoheapError('io', `${path}: ${(error as Error).message}`, {hint: 'Give another path with -o.', cause: error});
  }
}
