/** A dump is the same wherever its file lies and whenever it was written, and another one as soon as a byte differs of what its process writes when it runs. */
import {closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, utimesSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Database} from 'better-sqlite3';
import {afterAll, expect, test} from 'vitest';
import {WarningLog} from '../../../src/base/warnings.js';
import {PF, PT} from '../../../src/elf/elf-constants.js';
import {openCore} from '../../../src/image/core-file.js';
import {dumpIdentity, inputIdentity} from '../../../src/image/dump-identity.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {type Fixture, unpackFixture} from '../../kit/fixtures.js';
import {openDatabase} from '../../kit/goheap.js';
import {convertCore} from '../../kit/goheap-here.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-identity-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** Another core file with the same bytes, of another time. */
function copyOf(fixture: Fixture, name: string): {readonly core: string; readonly executable: string} {
  mkdirSync(join(folder, name));
  const copy = {core: join(folder, name, 'renamed-core'), executable: join(folder, name, 'renamed-exe')};
  for (const file of ['core', 'executable'] as const) {
    copyFileSync(fixture[file], copy[file]);
    utimesSync(copy[file], 1_000_000, 1_000_000);
  }
  return copy;
}

/** All rows of all tables and views, in order, but for where the files lay. */
function rowsOf(database: Database): Map<string, unknown[]> {
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name`).pluck().all() as string[];
  const where = (table: string) => (table === 'meta' ? ` WHERE key NOT IN ('dump_path', 'executable')` : '');
  return new Map(
    tables.map((table) => [
      table,
      database
        .prepare(`SELECT * FROM "${table}"${where(table)}`)
        .raw()
        .all(),
    ]),
  );
}

test.each(['tiny-1.17.13', 'leak-1.26.8'])('%s, copied and touched, gives the same database', async (name) => {
  const one = await openFixtureDatabase(name);
  const other = openDatabase(await convertCore(copyOf(unpackFixture(name), name), join(folder, `${name}.db`)));
  const [rows, others] = [rowsOf(one), rowsOf(other)];
  expect([...others.keys()]).toEqual([...rows.keys()]);
  for (const [table, expected] of rows) expect(others.get(table), table).toEqual(expected);
  const identity = (database: Database) => database.prepare(`SELECT value FROM meta WHERE key = 'dump_identity'`).pluck().get();
  expect(identity(one)).toBe(identity(other));
  one.close();
  other.close();
});

test('one byte of the notes, of data or bss, or of a small heap makes another dump', () => {
  const {core} = copyOf(unpackFixture('leak-1.26.8'), 'changed');
  const opened = openCore(core, new WarningLog());
  const {segments} = opened.elf;
  const {program, headerAddress} = opened;
  const bss = program!.segments.find(({type, flags}) => type === PT.LOAD && (flags & PF.W) !== 0)!;
  const first = program!.segments.find(({type, offset}) => type === PT.LOAD && offset === 0)!;
  const end = bss.address + headerAddress! - first.address + bss.memorySize;
  const inBss = segments.find(({type, address, fileSize}) => type === PT.LOAD && address < end && end <= address + fileSize)!;
  const heap = segments.find(({type, flags, address}) => type === PT.LOAD && (flags & PF.W) !== 0 && address > end)!;
  const notes = segments.find(({type}) => type === PT.NOTE)!;
  opened.close();
  const [known, unsampled] = [identityOf(core), identityOf(core, 0)];
  expect(inputIdentity(core)).toBe(known);
  for (const [where, changesOthers] of [
    [notes.offset + notes.fileSize - 1, true],
    [inBss.offset + end - inBss.address - 1, true],
    [heap.offset + 8, false],
  ] as const) {
    flip(core, where);
    expect(identityOf(core)).not.toBe(known);
    expect(identityOf(core, 0) !== unsampled).toBe(changesOthers);
    flip(core, where);
  }
  expect(identityOf(core)).toBe(known);
});

function identityOf(core: string, samples?: number): string {
  const opened = openCore(core, new WarningLog());
  try {
    return dumpIdentity(opened, samples);
  } finally {
    opened.close();
  }
}

function flip(path: string, at: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  byte[0]! ^= 0xff;
  writeSync(file, byte, 0, 1, at);
  closeSync(file);
}
