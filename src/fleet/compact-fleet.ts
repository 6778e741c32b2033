/**
 * Files of single dumps → one file for each table and day, sorted, so that an engine opens ten files and not a thousand, and skips what it is not asked for. At every moment
 * each dump counts once: the new file is renamed into its place, then the rows of `dumps` that came in are removed, then their other files (open-fleet.ts has who counts).
 */
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {isGoheapError} from '../base/errors.js';
import type {Work} from '../base/progress.js';
import {writeWhole} from '../base/write-whole.js';
import {compactedFolder, FLEET_FILE_MODE, FLEET_TABLES, type FleetTableName, filesByDay, landingFolder} from './fleet-layout.js';
import {brokenFile, Fleet, rowsOf, sqlText} from './open-fleet.js';

export interface Compaction {
  readonly days: number;
  readonly dumps: number;
}

/** By which rows lie together that are asked for together. */
const ORDER = 'service, name, dumped_at';
const ORDERS: Partial<Record<FleetTableName, string>> = {
  dumps: 'service, dumped_at',
  goroutine_groups: 'service, fingerprint, dumped_at',
  memory: 'service, category, part, dumped_at',
  waste: 'service, kind, path, dumped_at',
};

/** Days without a dump that came in are left as they are. */
export async function compactFleet(folder: string, work: Work): Promise<Compaction> {
  const fleet = await Fleet.open(folder);
  try {
    const days = [...filesByDay(landingFolder(fleet.root, 'dumps'))].filter(([, files]) => files.length > 0);
    let dumps = 0;
    for (const [index, [day, files]] of days.entries()) {
      work.onProgress?.('compact', index, days.length);
      work.signal?.throwIfAborted();
      for (const table of FLEET_TABLES) await writeDay(fleet, table, day);
      for (const table of [...FLEET_TABLES].reverse()) {
        for (const file of files) rmSync(join(landingFolder(fleet.root, table), day, file), {force: true});
      }
      dumps += files.length;
    }
    work.onProgress?.('compact', days.length, days.length);
    return {days: days.length, dumps};
  } finally {
    fleet.close();
  }
}

async function writeDay({connection, root}: Fleet, table: FleetTableName, day: string): Promise<void> {
  const folder = join(compactedFolder(root, table), day);
  const rows = `SELECT * FROM (${rowsOf(root, table, day)}) ORDER BY ${ORDERS[table] ?? ORDER}`;
  mkdirSync(folder, {recursive: true});
  const write = (temporary: string) => connection.run(`COPY (${rows}) TO ${sqlText(temporary)} (FORMAT parquet, COMPRESSION zstd)`);
  await writeWhole(join(folder, 'part-0.parquet'), {force: true, mode: FLEET_FILE_MODE}, {}, write).catch((error: unknown) => {
    throw isGoheapError(error) ? error : brokenFile(root, error);
  });
}
