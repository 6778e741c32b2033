/**
 * The child process that adds one dump to a fleet: what it needs of memory, and what it may die of, is its own. It writes into a folder aside, then moves the files to
 * their places, that of `dumps` last: a dump counts when its row is there.
 */
import {chmodSync, mkdirSync, renameSync, rmSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {dumpLabels, type GivenLabels} from '../../formats/parquet/dump-labels.js';
import {hashText, parquet} from '../../formats/parquet/export-parquet.js';
import {isGoheapError} from '../base/errors.js';
import {type CoreFlags, openOptions} from '../database/core-files.js';
import {endWithParent} from '../database/end-with-parent.js';
import {openHeap} from '../library/open-heap.js';
import {writeHeap} from '../library/write-heap.js';
import {dayFolder, FLEET_FILE_MODE, FLEET_TABLES, landingFolder, notesFolder} from './fleet-layout.js';

/** The child's only argument, as JSON. */
export interface Addition {
  readonly input: string;
  readonly root: string;
  /** Of the folder aside: the same at every try. */
  readonly key: string;
  readonly labels: GivenLabels;
  readonly flags: CoreFlags;
}
export interface AddedDump {
  readonly dump_id: string;
  readonly day: string;
  readonly complete: boolean;
  readonly host: string | null;
}
export type AdditionMessage = {readonly added: AddedDump} | {readonly failure: {code: string; message: string; hint?: string | undefined}};

async function add({input, root, key, labels, flags}: Addition): Promise<AddedDump> {
  const aside = join(notesFolder(root), `${key}.parquet`);
  await using heap = await openHeap(resolve(input), {...openOptions(input, flags), analyze: true});
  await writeHeap(heap, parquet, aside, {...labels, tables: 'fleet', force: true});
  const {dump_id, dumped_at, host} = dumpLabels(heap.columns.metadata, labels, hashText);
  const day = dayFolder(dumped_at);
  for (const table of FLEET_TABLES) {
    const folder = join(landingFolder(root, table), day);
    mkdirSync(folder, {recursive: true});
    const file = join(aside, `${table}.parquet`);
    chmodSync(file, FLEET_FILE_MODE);
    renameSync(file, join(folder, `${dump_id}.parquet`));
  }
  rmSync(aside, {recursive: true});
  return {dump_id, day, host, complete: heap.complete};
}

async function answer(addition: Addition): Promise<AdditionMessage> {
  try {
    return {added: await add(addition)};
  } catch (error) {
    if (isGoheapError(error)) return {failure: {code: error.code, message: error.message, hint: error.hint}};
    return {failure: {code: 'bug', message: String((error as Error).stack ?? error)}};
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  endWithParent();
  process.once('SIGTERM', () => process.exit(143)); // with the handlers of `exit`, which remove what is unfinished
  process.send(await answer(JSON.parse(process.argv[2]!) as Addition), () => process.exit(0));
}
