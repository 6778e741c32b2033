/**
 * The analyzed heap → one SQLite file: schema.sql, the small tables, the findings, then those with a row per object or pointer, in the order of their
 * keys. The counts of all tables are checked against the graph.
 * Mapping and losses: README.md beside this file. Rows come from src/tables/heap-tables.ts; nothing is computed here.
 */
import {dirname} from 'node:path';
import {GoheapError} from '../../src/base/errors.js';
import {formatBytes} from '../../src/base/format-bytes.js';
import {freeDisk} from '../../src/base/free-room.js';
import {packageVersion} from '../../src/base/package-file.js';
import type {Work} from '../../src/base/progress.js';
import {SCHEMA_VERSION, schemaText} from '../../src/sql/schema.js';
import {writeAside} from '../../src/sql/write/write-aside.js';
import {type DatabaseWriter, writeTable} from '../../src/sql/write/write-table.js';
import type {BatchTable, ContentsLevel} from '../../src/tables/heap-tables.js';
import {tablesOf} from '../../src/tables/heap-tables.js';
import {type ExportableHeap, type FormatExporter, PRIVACY_OPTIONS} from '../exporter.js';

export interface SqliteOptions {
  /** How much of the heap's own data to keep: nothing, the first bytes of texts (the default), or everything reachable. */
  readonly contents?: ContentsLevel;
  /** What matches is replaced by asterisks wherever the heap's own data are kept. */
  readonly redact?: RegExp;
  /** Leave equal strings and byte slices out of the table `waste`: all of them are read for it. */
  readonly 'no-duplicates'?: boolean;
}

export const sqlite: FormatExporter<SqliteOptions> = {
  name: 'sqlite',
  extension: '.db',
  summary: 'SQLite database with every object, pointer, root, type and goroutine; the viewer and all query commands read it',
  losses: ['the bytes of objects, unless contents are full'],
  options: {
    ...PRIVACY_OPTIONS,
    'no-duplicates': {kind: 'switch', help: 'do not look for equal strings and byte slices, for which all are read'},
  } as const satisfies Record<keyof SqliteOptions, object>,
  write: writeSqlite,
};

async function writeSqlite(heap: ExportableHeap, path: string, options: SqliteOptions, work: Work): Promise<void> {
  const contents = options.contents ?? 'preview';
  checkRoom(heap.columns.graph, path);
  const meta = {schema_version: SCHEMA_VERSION, goheap_version: packageVersion()};
  const database = writeAside(path, schemaText(), work);
  try {
    const tables = tablesOf(heap.columns, {contents, redact: options.redact, duplicates: !options['no-duplicates'], meta, work});
    const firstLate = tables.findIndex(({late}) => late);
    for (const table of tables.slice(0, firstLate)) await writeWhole(database, path, table, work);
    await database.show();
    await work.onFirstTables?.(path);
    for (const table of tables.slice(firstLate)) await writeWhole(database, path, table, work);
    await database.finish();
  } finally {
    await database.close();
  }
}

/** Of the smallest database, an object and a pointer: the least that was measured. */
const LEAST_BYTES = {database: 1e6, object: 60, pointer: 28};

/** Throws `io` before anything is written when the disk has no room for it. */
function checkRoom({objects, edges}: ExportableHeap['columns']['graph'], path: string): void {
  const least = LEAST_BYTES.database + objects.count * LEAST_BYTES.object + edges.target.length * LEAST_BYTES.pointer;
  const free = freeDisk(dirname(path));
  if (least <= free) return;
  throw new GoheapError(
    'io',
    `${path}: the disk is too full: the database takes more than ${formatBytes(least)}, and there is room for ${formatBytes(free)}`,
    {
      hint: 'Write to another disk: --output FILE, or for commands on a core XDG_CACHE_HOME=FOLDER. goheap cache lists what could go.',
    },
  );
}

/** Writes one table and compares the number of rows with the graph. */
async function writeWhole(database: DatabaseWriter, path: string, table: BatchTable, work: Work): Promise<void> {
  const count = await writeTable(database, table, work);
  if (table.rowCount !== undefined && count !== table.rowCount) {
    throw new GoheapError('mismatch', `${path}: table ${table.name}: ${count} rows written; expected ${table.rowCount}`, {
      hint: 'This is a bug of goheap: please report it.',
    });
  }
}
