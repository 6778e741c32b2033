/**
 * The pages of a table's b-tree → columns of numbers, in the order of its key: for questions that go through all objects or pointers. To ask SQLite for the rows costs five
 * times as much and more. The format: https://sqlite.org/fileformat2.html sections 1.6 and 2.1.
 */
import {existsSync, statSync} from 'node:fs';
import {GoheapError} from '../base/errors.js';
import {FileSource} from '../base/file-source.js';
import {openConnection} from './open-database.js';
import {type ColumnChunk, type KeyRange, PageScan, type ScannedLayout} from './page-scan.js';

const ALL: readonly KeyRange[] = [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]];

/** `columns` are of numbers, and none that is computed when it is read; `ranges` ascend. Throws `bad-format` for pages and cells that cannot be. */
export function* scanColumns(path: string, table: string, columns: readonly string[], ranges = ALL): Generator<ColumnChunk> {
  const layout = readLayout(path, table, columns);
  const file = new FileSource(path, 1);
  try {
    yield* new PageScan(file, table, layout).chunks(ranges);
  } finally {
    file.close();
  }
}

function readLayout(path: string, table: string, columns: readonly string[]): ScannedLayout {
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) {
    throw new GoheapError('unsupported', `${path}: what was written last is in ${path}-wal`, {
      hint: 'Move it into the database: sqlite3 DATABASE "PRAGMA journal_mode = DELETE"',
    });
  }
  const connection = openConnection(path);
  try {
    const root = connection.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table) as number;
    const isKeyed = connection.prepare(`SELECT wr FROM pragma_table_list(?)`).pluck().get(table) === 1;
    const declared = connection
      .prepare('SELECT name, pk, dflt_value AS missing FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid')
      .all(table) as {
      name: string;
      pk: number;
      missing: string | null;
    }[];
    // Without a rowid the columns of the key come first.
    const keys = declared.filter(({pk}) => pk > 0).sort((a, b) => a.pk - b.pk);
    const stored = isKeyed ? [...keys, ...declared.filter(({pk}) => pk === 0)] : declared;
    const [key] = keys as [(typeof keys)[number]];
    const places = columns.includes(key.name) ? columns : [...columns, key.name];
    const hasRowid = !isKeyed && keys.length === 1;
    // The column of the rowid is stored as NULL.
    const wanted = stored.map(({name}) => (hasRowid && name === key.name ? -1 : places.indexOf(name)));
    const rowid = hasRowid ? places.indexOf(key.name) : -1;
    return {
      root,
      wanted: Int32Array.from(wanted.slice(0, wanted.findLastIndex((place) => place >= 0) + 1)),
      missing: Float64Array.from(stored, ({missing}) => (missing === null ? Number.NaN : Number(missing))),
      rowid,
      key: places.indexOf(key.name),
      places: places.length,
      columns: columns.length,
    };
  } finally {
    connection.close();
  }
}
