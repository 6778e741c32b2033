/**
 * Recorded cores as databases, for tests that look at these.
 */
import {createHash} from 'node:crypto';
import {existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync} from 'node:fs';
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
 * Where it is, with the flags of `convert`: for reading. Converted once per build: the file's name has the state of dist in it. Of test workers
 * that convert at the same time the first one's stays, for its test may be reading it.
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
    const own = `${path}.${process.pid}`;
    await convertCore(fixture, own, flags);
    moveUnlessThere(own, path);
    removeOld(folder, (name) => name.slice(0, -state.length - '-.db'.length) === kind && name !== basename(path));
  }
  return path;
}

function moveUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  rmSync(from);
}

/** Those of other builds, unless the tests of another checkout may be reading them now. */
const OLD_MS = 3_600_000;

function removeOld(folder: string, isOther: (name: string) => boolean): void {
  for (const path of readdirSync(folder)
    .filter(isOther)
    .map((name) => join(folder, name))) {
    const changed = statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? 0;
    if (Date.now() - changed > OLD_MS) rmSync(path, {force: true});
  }
}

function newestChange(path: string): number {
  const stat = statSync(path, {throwIfNoEntry: false});
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
