/**
 * `--contents` and where the heap came from → what an exporter is told to keep. A database that did not keep the objects' bytes cannot
 * give any: asked for, that is an error; else the output has none.
 */
import {GoheapError} from '../base/errors.js';
import type {Heap} from '../library/heap.js';

export type ContentsLevel = 'none' | 'preview' | 'full';

/** Undefined leaves it to the exporter. Throws `unsupported` when the database cannot give what was asked for. */
export function contentsLevel(heap: Heap, isDatabase: boolean, asked: ContentsLevel | undefined): ContentsLevel | undefined {
  if (!isDatabase || heap.info.contents === 'full') return asked;
  if (asked === undefined || asked === 'none') return 'none';
  throw new GoheapError('unsupported', `--contents ${asked}: this database does not hold the bytes of objects`, {
    hint: 'Convert the core instead, or make the database with --contents full.',
  });
}

/** Throws `usage` when it is empty or no regular expression. */
export function redactPattern(source: string): RegExp {
  try {
    if (source !== '') return new RegExp(source, 'm');
  } catch (error) {
    throw new GoheapError('usage', `--redact: ${(error as Error).message}`, {hint: 'Give a JavaScript regular expression.', cause: error});
  }
  throw new GoheapError('usage', '--redact: the expression is empty', {hint: "Give a regular expression, for example 'password=\\S+'."});
}
