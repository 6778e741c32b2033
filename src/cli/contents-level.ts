/**
 * `--contents` and where the heap came from → what an exporter is told to keep. A database that did not keep the objects' bytes cannot
 * give any: asked for, that is an error; else the output has none.
 */
import type {SqliteOptions} from '../../formats/index.js';
import {GoheapError} from '../base/errors.js';
import type {Heap} from '../library/heap.js';

type Contents = SqliteOptions['contents'];

/** Undefined leaves it to the exporter. Throws `unsupported` when the database cannot give what was asked for. */
export function contentsLevel(heap: Heap, isDatabase: boolean, asked: Contents): Contents {
  if (!isDatabase || heap.info.contents === 'full') return asked;
  if (asked === undefined || asked === 'none') return 'none';
  throw new GoheapError('unsupported', `--contents ${asked}: this database does not hold the bytes of objects`, {
    hint: 'Convert the core instead, or make the database with --contents full.',
  });
}

/** What a file lacks whose contents were left out because the database has none: nobody shall take zeros for values. */
export const LACK_OF_CONTENTS =
  'this database does not hold the bytes of objects: numbers and texts of the program are missing or zero. ' +
  'Convert the core instead, or make the database with --contents full.';
