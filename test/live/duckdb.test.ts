/**
 * A database of goheap in DuckDB, through its extension for SQLite, as docs/sql.md says: what it reads, and what has to be left to SQLite. Both come from Python's
 * registry, since DuckDB's own server of extensions is not to be had everywhere; where that one is not either, there is nothing to test.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {spawnSync} from '../kit/child-process.js';
import {fixtureDatabase} from '../kit/fixture-database.js';
import {openDatabase} from '../kit/goheap.js';

const PACKAGES = ['duckdb==1.5.5', 'duckdb-extension-sqlite-scanner==1.5.5'];
const ASK = `
import duckdb, duckdb_extension_sqlite_scanner as extension, glob, json, os, sys
connection = duckdb.connect()
[library] = glob.glob(os.path.join(os.path.dirname(extension.__file__), 'extensions', '*', '*.duckdb_extension'))
connection.execute(f"LOAD '{library}'")
connection.execute(f"ATTACH '{sys.argv[1]}' AS heap (TYPE sqlite, READ_ONLY)")
print(json.dumps(connection.execute(sys.argv[2]).fetchall(), default=str))
`;
const folder = mkdtempSync(join(tmpdir(), 'goheap-duckdb-'));
const python = join(folder, 'bin', 'python');
afterAll(() => rmSync(folder, {recursive: true}));

const made = spawnSync('python3', ['-m', 'venv', folder], {encoding: 'utf8'});
const installed =
  made.status === 0 ? spawnSync(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], {encoding: 'utf8', env: process.env}) : made;
if (installed.status !== 0) console.warn(`DuckDB is not asked: ${installed.stderr}`);

describe.skipIf(installed.status !== 0)('DuckDB', () => {
  let path = '';
  beforeAll(async () => {
    path = await fixtureDatabase('leak-1.26.8');
  });

  function ask(sql: string): unknown[] {
    const {status, stdout, stderr} = spawnSync(python, ['-c', ASK, path, sql], {encoding: 'utf8'});
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as unknown[];
  }
  function askSqlite(sql: string): unknown[] {
    const database = openDatabase(path);
    try {
      return database.prepare(sql).raw().all();
    } finally {
      database.close();
    }
  }

  test.each([
    'SELECT name, bytes FROM heap.owners ORDER BY bytes DESC LIMIT 5',
    `SELECT t.name, count(*)::INT, sum(o.size)::INT, sum(o.size - o.slack)::INT, max(o.size + o.dominated_bytes)::INT
      FROM heap.objects o JOIN heap.types t ON t.id = o.type_id WHERE o.reachable = 1 GROUP BY t.name ORDER BY sum(o.size) DESC LIMIT 5`,
    'SELECT source_id, count(target_id) FROM heap.edges GROUP BY source_id ORDER BY count(target_id) DESC, source_id LIMIT 5',
    'SELECT name, held_objects, held_bytes FROM heap.paths ORDER BY held_bytes DESC, id LIMIT 20',
  ])('%s', (sql) => {
    const rows = ask(sql);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows).toEqual(askSqlite(sql.replaceAll('heap.', '').replaceAll('::INT', '')));
  });

  test('what it cannot read it leaves to SQLite', () => {
    const sql = 'SELECT max(retained) FROM objects';
    expect(() => ask('SELECT max(retained) FROM heap.objects')).toThrow('"retained" not found');
    expect(ask(`SELECT * FROM sqlite_query('heap', '${sql}')`).flat().map(Number)).toEqual(askSqlite(sql).flat());
  });
});
