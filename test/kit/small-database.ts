/**
 * A goheap database made from the text of a graph, in a folder of its own: what commands are tested on without a core.
 */
import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type SqliteOptions, sqlite} from '../../formats/sqlite/export.js';
import type {Contents} from '../../src/graph/heap-graph.js';
import {writeHeap} from '../../src/library/write-heap.js';
import {noContents} from './graph-from-text.js';
import {heapFromText} from './library-heap.js';

/** A new folder below the temporary directory. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'goheap-test-'));
}

/** Writes the database and returns its path. */
export async function databaseFromText(text: string, contents: Contents = noContents, options: SqliteOptions = {}): Promise<string> {
  const path = join(temporaryFolder(), 'heap.db');
  await writeHeap(heapFromText(text, contents), sqlite, path, options);
  return path;
}
