/**
 * Where a fleet's files are: DIR/v1/TABLE/dt=DAY/DUMP.parquet as dumps come in, DIR/v1c/TABLE/dt=DAY/part-0.parquet when they are compacted. The day is the only
 * part of a path that means something: a folder for each dump takes an engine seconds to list, and of a version 1.10 it makes 1.1.
 */
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {FLEET_TABLES, type FleetTableName} from '../../formats/parquet/fleet-columns.js';
import {GoheapError} from '../base/errors.js';

/** What the layout and the columns are; a change that removes something gets another. */
const VERSION = 'v1';
/** Others read the files: an engine on another account, as a rule. They have nothing of the heap's own data. */
export const FLEET_FILE_MODE = 0o644;
/** What Hive, and every engine after it, calls the folder of rows whose key is NULL. */
const NO_DAY = '__HIVE_DEFAULT_PARTITION__';

export function landingFolder(root: string, table: FleetTableName): string {
  return join(root, VERSION, table);
}
export function compactedFolder(root: string, table: FleetTableName): string {
  return join(root, `${VERSION}c`, table);
}
/** Notes of what was added, by which an interrupted run goes on. Engines pass over names that begin so. */
export function notesFolder(root: string): string {
  return join(root, VERSION, '_added');
}

/** `dumpedAt`: milliseconds since 1970, UTC; NaN where not known. */
export function dayFolder(dumpedAt: number): string {
  return `dt=${Number.isNaN(dumpedAt) ? NO_DAY : new Date(dumpedAt).toISOString().slice(0, 10)}`;
}

/** The Parquet files of a table's folder, by day; those that are still being written have other endings. */
export function filesByDay(folder: string): ReadonlyMap<string, readonly string[]> {
  if (!existsSync(folder)) return new Map();
  const days = readdirSync(folder).filter((name) => name.startsWith('dt='));
  return new Map(
    days.map((day) => [day, readdirSync(join(folder, day)).filter((name) => name.endsWith('.parquet') && !name.startsWith('.'))]),
  );
}

/** Engines take such a path for a pattern. Throws `usage`. */
export function checkFolderName(root: string): void {
  if (/[*?[\]{}]/.test(root))
    throw new GoheapError('usage', `${root}: a fleet's path has none of * ? [ ] { }`, {hint: 'Give another folder.'});
}

/** Throws `usage` for a folder without a dump. */
export function checkFleet(root: string): void {
  const hasFiles = [landingFolder(root, 'dumps'), compactedFolder(root, 'dumps')].some((folder) =>
    [...filesByDay(folder).values()].some((files) => files.length > 0),
  );
  if (hasFiles) return;
  throw new GoheapError('usage', `${root}: no dumps of a fleet there`, {hint: `Add some: goheap fleet add CORE… --to ${root}`});
}

export {FLEET_TABLES, type FleetTableName};
