/**
 * A database of goheap's → what may be done to it: the file's header, pages of its b-trees, the statements that made its tables, values of its
 * rows. Truth: https://sqlite.org/fileformat2.html. Values are changed by SQLite itself, in a copy, so that the file stays sound.
 */
import {copyFileSync, readFileSync} from 'node:fs';
import Database from 'better-sqlite3';
import {type Change, changeBytes, changeField, type Kind, NASTY_TEXTS, pick, type Random} from './corpus.js';

const HEADER = [
  ['page size', 16, 2],
  ['write version', 18, 1],
  ['reserved bytes', 20, 1],
  ['page count', 28, 4],
  ['first free page', 32, 4],
  ['free pages', 36, 4],
  ['schema cookie', 40, 4],
  ['schema format', 44, 4],
  ['text encoding', 56, 4],
  ['user_version', 60, 4],
  ['application_id', 68, 4],
] as const;
const PAGE_HEADER = [
  ['page type', 0, 1],
  ['first free block', 1, 2],
  ['cell count', 3, 2],
  ['start of cells', 5, 2],
  ['right child', 8, 4],
  ['cell pointer 0', 12, 2],
  ['cell pointer 1', 14, 2],
] as const;

/** Of `database`; `scratch` is a path for copies. */
export function sqliteKinds(database: string, scratch: string): Kind[] {
  const data = readFileSync(database);
  const pageSize = data.readUInt16BE(16) === 1 ? 65536 : data.readUInt16BE(16);
  const pages = data.length / pageSize;
  const schema = new Database(database, {readonly: true});
  const statements = schema.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').pluck().all() as string[];
  const columns = schema
    .prepare(
      "SELECT m.name AS 'table', c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'",
    )
    .all() as {table: string; name: string}[];
  schema.close();
  const changed = (what: string, ...sql: readonly string[]): Change => ({
    what,
    patches: difference(database, data, withSql(database, scratch, sql)),
  });
  return [
    {name: 'database header', change: (random) => changeField(random, {file: database, at: 0, data}, HEADER)},
    {
      name: 'b-tree pages',
      change: (random) => {
        const at = random(pages) * pageSize;
        if (random(2) === 0) return changeBytes(random, database, at, pageSize);
        return changeField(random, {file: database, at, data: data.subarray(at, at + pageSize)}, PAGE_HEADER);
      },
    },
    {name: 'schema text', change: (random) => changeSchema(random, database, data, statements)},
    {
      name: 'values',
      change: (random) => {
        const {table, name} = pick(random, columns);
        const value = pick(random, VALUES);
        const some = pick(random, ['1', `rowid % ${2 + random(20)} = 0`, `${name} = (SELECT max(${name}) FROM ${table})`]);
        return changed(`${table}.${name} = ${value} where ${some}`, `UPDATE ${table} SET ${name} = ${value} WHERE ${some}`);
      },
    },
    {
      name: 'tables and views',
      change: (random) => {
        const sql = pick(random, [
          ...columns.map(({table}) => `DROP TABLE ${table}`),
          ...columns.map(({table}) => `DELETE FROM ${table}`),
          ...columns.map(({table, name}) => `ALTER TABLE ${table} RENAME COLUMN ${name} TO other`),
          ...TRAPS,
        ]);
        return changed(sql, 'PRAGMA legacy_alter_table = 1', sql);
      },
    },
  ];
}

const VALUES = [
  'NULL',
  '-1',
  '0',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '9223372036854775807',
  '1e308',
  "''",
  "'text'",
  "x'00ff'",
  'zeroblob(1000000)',
  'rowid',
  'random()',
  ...NASTY_TEXTS.map((text) => `CAST(x'${Buffer.from(text).toString('hex')}' AS TEXT)`),
];

/** What answers without end, or is not what it is called. */
const TRAPS = [
  'DROP VIEW histogram; CREATE VIEW histogram AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n',
  'DROP TABLE meta; CREATE VIEW meta AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS key, i AS value FROM n',
  'DROP TABLE warnings; CREATE VIEW warnings AS SELECT zeroblob(500000000) AS code, 1 AS message, 1 AS count',
  'UPDATE objects SET other_dominator_id = id',
  'UPDATE objects SET holder_id = id',
];

/** A copy with statements run over it, as bytes; the database itself when they cannot be. */
function withSql(database: string, scratch: string, statements: readonly string[]): Buffer {
  copyFileSync(database, scratch);
  const copy = new Database(scratch);
  try {
    copy.pragma('foreign_keys = 0');
    copy.pragma('journal_mode = OFF');
    for (const sql of statements) copy.exec(sql);
  } catch {
    // Another change of the same table is no less hostile: what was done so far counts.
  } finally {
    copy.close();
  }
  return readFileSync(scratch);
}

/** Runs of bytes that differ, near ones as one; the file never gets shorter. */
function difference(file: string, before: Buffer, after: Buffer): Change['patches'] {
  const step = 4096;
  const patches = [];
  for (let at = 0; at < after.length; at += step) {
    const piece = after.subarray(at, at + step);
    if (at >= before.length || !piece.equals(before.subarray(at, at + piece.length))) patches.push({file, offset: at, bytes: piece});
  }
  return patches;
}

/** Some letters of a statement: other names, other tables, or nothing that SQLite can parse. */
function changeSchema(random: Random, file: string, data: Buffer, statements: readonly string[]): Change {
  const statement = pick(random, statements);
  const start = data.indexOf(statement.slice(0, 60));
  const [, word, index] = pick(
    random,
    [...statement.matchAll(/([A-Za-z_]{3,})/g)].map((match) => [0, match[0], match.index] as const),
  );
  const other = pick(random, [
    'x'.repeat(word.length),
    word.toUpperCase(),
    ' '.repeat(word.length),
    '\u0001'.repeat(word.length),
    "'".padEnd(word.length),
  ]);
  return {
    what: `${word} in ${statement.slice(0, 40)} is ${JSON.stringify(other)}`,
    patches: [{file, offset: start + index, bytes: Buffer.from(other)}],
  };
}
