/**
 * Whether a statement reads strings of the dump: first bytes of objects, their contents, labels of goroutines. Views, stars and names of a statement's own
 * hide which columns it reads; SQLite's program for it does not: `EXPLAIN` lists the tables that are opened and the columns that are taken of each.
 */
import {GoheapError} from '../base/errors.js';
import {remember} from '../base/remember.js';
import type {SqlDatabase} from '../sql/index.js';
import {firstKeyword} from '../sql/user-sql.js';

/** Each reads one column that has strings, and no other. */
const PROBES = ['SELECT preview FROM objects', 'SELECT bytes FROM contents', 'SELECT labels FROM goroutines'];

/** Throws `usage` when it does. */
export async function checkReadsNoStrings(database: SqlDatabase, sql: string): Promise<void> {
  if (firstKeyword(sql) === 'EXPLAIN') return; // a program reads nothing
  const read = await readColumns(database, sql);
  for (const probe of PROBES) {
    for (const column of await readColumns(database, probe)) {
      if (!read.has(column)) continue;
      const [, name, table] = /^SELECT (\w+) FROM (\w+)$/.exec(probe)!;
      throw new GoheapError('usage', `SQL: ${table}.${name} has strings of the dump, which are left out here`, {
        hint: `Name the columns that you need instead of *. Only goheap mcp --contents shows strings.`,
      });
    }
  }
}

/** What gives a cursor a table or an index of the file. */
const OPENING = ['OpenRead', 'ReopenIdx'];

interface Instruction {
  readonly opcode: string;
  readonly p1: number;
  readonly p2: number;
}

/** `root page, column` of each column of a table or index that it reads; no table of the schema has two. */
async function readColumns(database: SqlDatabase, sql: string): Promise<Set<string>> {
  const program = await database.rows<Instruction>(`EXPLAIN ${sql}`);
  const pages = new Map<number, number[]>();
  for (const {opcode, p1, p2} of program) if (OPENING.includes(opcode)) remember(pages, p1, () => []).push(p2);
  const taken = program.filter(({opcode}) => opcode === 'Column');
  return new Set(taken.flatMap(({p1, p2}) => (pages.get(p1) ?? []).map((page) => `${page} ${p2}`)));
}
