/**
 * Recorded cores as databases, for tests that look at these.
 */
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import type Database from 'better-sqlite3';
import {unpackFixture} from './fixtures.js';
import {openDatabase, RUN} from './goheap.js';
import {convertCore} from './goheap-here.js';

const built = newestChange(join(dirname(RUN), '..', 'dist'));

/** A fixture's database, read-only. */
export async function openFixtureDatabase(name: string): Promise<Database.Database> {
  return openDatabase(await fixtureDatabase(name));
}

/**
 * Where it is, with the flags of `convert`: for reading. Converted once per build: the file's name has the state of dist in it, and test workers
 * that convert at the same time each rename a whole file into place.
 */
export async function fixtureDatabase(name: string, flags: readonly string[] = []): Promise<string> {
  const fixture = unpackFixture(name);
  const folder = join(tmpdir(), 'goheap-fixtures', 'databases');
  mkdirSync(folder, {recursive: true});
  const state = createHash('sha256')
    .update(`${fixture.folder} ${built} ${flags.join(' ')}`)
    .digest('hex')
    .slice(0, 16);
  const kind = [name, ...flags.map((flag) => flag.replace(/^--/, ''))].join('-');
  const path = join(folder, `${kind}-${state}.db`);
  if (!existsSync(path)) {
    await convertCore(fixture, path, flags);
    for (const old of readdirSync(folder))
      if (old.slice(0, -state.length - '-.db'.length) === kind && old !== basename(path)) rmSync(join(folder, old), {force: true});
  }
  return path;
}

function newestChange(path: string): number {
  const stat = statSync(path, {throwIfNoEntry: false});
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
