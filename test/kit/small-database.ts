/**
 * A goheap database made from the text of a graph, in a folder of its own: what commands are tested on without a core.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type SqliteOptions, sqlite} from '../../formats/sqlite/export-sqlite.js';
import type {Contents} from '../../src/graph/heap-graph.js';
import {writeHeap} from '../../src/library/write-heap.js';
import {afterFile} from './after-file.js';
import {noContents} from './graph-from-text.js';
import {heapFromText} from './library-heap.js';

/** A new folder below the temporary directory, removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-test-'));
  afterFile(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

/** Writes the database and returns its path. */
export async function databaseFromText(text: string, contents: Contents = noContents, options: SqliteOptions = {}): Promise<string> {
  const path = join(temporaryFolder(), 'heap.db');
  await writeHeap(heapFromText(text, contents), sqlite, path, options);
  return path;
}
