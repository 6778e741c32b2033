/**
 * The command line as users run it: bin/run.js in a process of its own, and conversions of fixtures for tests that look at
 * the database. `npm test` builds dist first (bin/setup.js), so what runs is what the sources say.
 */

import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import Database from 'better-sqlite3';
import {spawnSync} from './child-process.js';
import {unpackFixture} from './fixtures.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const RUN = join(ROOT, 'bin', 'run.js');

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one goheap command to its end. */
export function runGoheap(args: readonly string[], options: {readonly cwd?: string; readonly env?: NodeJS.ProcessEnv} = {}): Result {
  const {status, stdout, stderr} = spawnSync(process.execPath, [RUN, ...args], {encoding: 'utf8', maxBuffer: 2 ** 28, ...options});
  return {status, stdout, stderr};
}

/** Converts a core and returns the database's path; throws with what goheap printed when that fails. */
export function convertCore(
  input: {readonly core: string; readonly executable: string},
  database: string,
  flags: readonly string[] = [],
): string {
  const where = ['--to', 'sqlite', '-o', database, '--force', '--quiet'];
  const result = runGoheap(['convert', input.core, '--exe', input.executable, ...where, ...flags]);
  if (result.status !== 0) throw new Error(`goheap convert ${input.core}: status ${result.status}\n${result.stderr}${result.stdout}`);
  return database;
}

/**
 * A fixture's database, read-only. Converted once per build: the file's name has the state of dist in it, and test workers
 * that convert at the same time each rename a whole file into place.
 */
export function openFixtureDatabase(name: string): Database.Database {
  const fixture = unpackFixture(name);
  const folder = join(tmpdir(), 'goheap-fixtures', 'databases');
  mkdirSync(folder, {recursive: true});
  const state = createHash('sha256')
    .update(`${fixture.folder} ${newestChange(join(ROOT, 'dist'))}`)
    .digest('hex')
    .slice(0, 16);
  const path = join(folder, `${name}-${state}.db`);
  if (!existsSync(path)) {
    convertCore(fixture, path);
    for (const old of readdirSync(folder))
      if (old.startsWith(`${name}-`) && old !== basename(path)) rmSync(join(folder, old), {force: true});
  }
  return openDatabase(path);
}

export function openDatabase(path: string): Database.Database {
  return new Database(path, {readonly: true, fileMustExist: true});
}

function newestChange(path: string): number {
  const stat = statSync(path, {throwIfNoEntry: false});
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
