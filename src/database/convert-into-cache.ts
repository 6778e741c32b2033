/**
 * A core → its database in the cache. Apart from `openInput`, which loads this when there is something to convert: a command on a database
 * starts in half the time without the readers of cores.
 */
import {resolve} from 'node:path';
import {sqlite} from '../../formats/sqlite/export-sqlite.js';
import type {Work} from '../base/progress.js';
import {openHeap} from '../library/open-heap.js';
import {writeHeap} from '../library/write-heap.js';
import {type CoreFlags, openOptions} from './core-files.js';

/** Writes the database at `path`. Throws as `openHeap` and `writeHeap` do; nothing half-written is left. */
export async function convertIntoCache(path: string, core: string, flags: CoreFlags, work: Work): Promise<void> {
  const heap = await openHeap(resolve(core), {...openOptions(core, flags), ...work, analyze: true});
  try {
    // Another process may have made the same entry meanwhile: both are right, the last one stays.
    await writeHeap(heap, sqlite, path, {contents: 'preview', force: true}, work);
  } finally {
    await heap.close();
  }
}
