/**
 * Parquet files, read by somebody else's reader: of random tables the values that were written, of a recorded core those of its database.
 */
import {existsSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {fileWriter} from 'hyparquet-writer';
import {describe, expect, test} from 'vitest';
import {unpackFixture} from '../../../fixtures/unpack.js';
import {parquet} from '../../../formats/index.js';
import type {ParquetKind} from '../../../formats/parquet/parquet-table.js';
import {writeTableFile} from '../../../formats/parquet/table-file.js';
import type {Cell} from '../../../src/base/column-batch.js';
import {writeHeap} from '../../../src/index.js';
import {batchOfRows} from '../../../src/tables/batch-table.js';
import {temporaryFolder, withStacks, ZOO} from '../../kit/exported.js';
import {openDatabase} from '../../kit/goheap.js';
import {convertCore, goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {heapFromGraph, heapFromText} from '../../kit/library-heap.js';
import {parquetFooter, readParquet, readParquetFolder} from '../../kit/read-parquet.js';
import {temporaryFolder as folderOfFile} from '../../kit/small-database.js';
import {batchesOf} from '../../kit/table-batches.js';

const KINDS: readonly ParquetKind[] = ['integer', 'boolean', 'double', 'text', 'time'];
/** A number below `limit`, the same in every run. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed + 1;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * limit);
  };
}

/** Of each kind what is hard: long runs, steps of all widths, both signs, one value for all rows, none at all. */
function cellsOf(kind: ParquetKind, rows: number, random: (limit: number) => number): Cell[] {
  const nulls = random(3);
  const manner = random(4);
  const value = (row: number): Cell => {
    if (kind === 'boolean') return manner === 0 ? 1 : Number(random(10) > manner);
    if (kind === 'text') return ['', 'same', `n${random(5)}`, `text ${'ü'.repeat(random(9))} ${row}`][manner]!;
    if (kind === 'double') return random(1000) / 7 - 50;
    if (manner === 0) return 4711;
    if (manner === 1) return 0xc000000000 + 16 * row;
    return random(2) * 2 ** 20 - random(2 ** random(manner === 2 ? 20 : 53));
  };
  return Array.from({length: rows}, (_, row) => (nulls === 2 || (nulls === 1 && random(4) === 0) ? null : value(row)));
}

describe.each(Array.from({length: 14}, (_, seed) => seed))('random table %i', (seed) => {
  test('is read as it was written', async () => {
    const random = randomNumbers(seed);
    const rows = [0, 1, 7, 8, 129, 1000, 9000][seed % 7]!;
    const columns = KINDS.flatMap((kind) => [0, 1, 2].map((number) => ({name: `${kind}${number}`, kind})));
    const cells = columns.map(({kind}) => cellsOf(kind, rows, random));
    const list = Array.from({length: rows}, (_, row) => cells.map((column) => column[row]!));
    const path = join(temporaryFolder(), 'table.parquet');
    const batches = () => (seed % 2 === 0 || rows === 0 ? [batchOfRows(columns.length, list)] : batchesOf(list, 8192));
    const count = await writeTableFile({name: 'table', columns, rowCount: rows, batches}, fileWriter(path), gzipSync, {});
    expect(count).toBe(rows);
    const read = await readParquet(path);
    expect(read.map((row) => columns.map(({name, kind}) => (kind === 'boolean' ? toNumber(row[name]) : row[name])))).toEqual(list);
    checkBounds(path, columns, cells);
  });
});

function toNumber(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

/** Least and greatest of the footer are those of the values: engines skip by them. */
function checkBounds(path: string, columns: readonly {name: string; kind: ParquetKind}[], cells: readonly Cell[][]): void {
  for (const group of parquetFooter(path).row_groups) {
    for (const [index, {meta_data: said}] of group.columns.entries()) {
      const known = cells[index]!.filter((cell) => cell !== null);
      expect(said!.statistics!.null_count).toBe(BigInt(cells[index]!.length - known.length));
      if (columns[index]!.kind !== 'integer' || known.length === 0) continue;
      const numbers = known as number[];
      expect(Number(said!.statistics!.min_value)).toBe(numbers.reduce((a, b) => Math.min(a, b)));
      expect(Number(said!.statistics!.max_value)).toBe(numbers.reduce((a, b) => Math.max(a, b)));
    }
  }
}

test('more rows than a group has become several groups', async () => {
  const path = join(temporaryFolder(), 'table.parquet');
  const rows = 450_000;
  const id = new Float64Array(rows).map((_, row) => row);
  function* batches() {
    for (let first = 0; first < rows; first += 7000) {
      const count = Math.min(7000, rows - first);
      yield {count, columns: [id.subarray(first, first + count)]};
    }
  }
  await writeTableFile({name: 'table', columns: [{name: 'id', kind: 'integer'}], rowCount: rows, batches}, fileWriter(path), gzipSync, {});
  expect(parquetFooter(path).row_groups.map(({num_rows}) => Number(num_rows))).toEqual([200_000, 200_000, 50_000]);
  const read = await readParquet(path);
  expect(read.every((row, index) => row.id === index)).toBe(true);
});

const BOOLEANS = 'reachable bridge followed unfolded exact wait_exact blocked leaked system inlined wrapper cancelled scan'.split(' ');

describe('a recorded core', async () => {
  const folder = folderOfFile();
  const {core, executable} = await unpackFixture('zoo-1.26.8');
  const database = await convertCore({core, executable}, join(folder, 'zoo.db'), ['--contents', 'none']);
  const convert = async (input: string, name: string, ...flags: string[]) => {
    const path = join(folder, name);
    const exe = input === core ? ['--exe', executable] : [];
    const {status, stderr} = await goheapHere(['convert', input, ...exe, '--to', 'parquet', '-o', path, '--quiet', ...flags]);
    expect(status, stderr).toBe(0);
    return readParquetFolder(path);
  };

  test('every table has every value of the database, and no other; what are only indexes is left out', async () => {
    const files = await convert(core, 'all', '--tables', 'all');
    const connection = openDatabase(database);
    const names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").pluck().all();
    const left = ['referrers', 'instances', 'instance_ends', 'dominated_groups', 'biggest_nodes', 'contents'];
    expect(Object.keys(files).sort()).toEqual((names as string[]).filter((name) => !left.includes(name)).sort());
    for (const [name, rows] of Object.entries(files)) {
      const columns = Object.keys(rows[0] ?? {});
      if (columns.length === 0) continue;
      const stored = connection.prepare(`SELECT ${columns.map((column) => `"${column}"`).join(', ')} FROM ${name}`).all() as object[];
      const asText = (row: object) => JSON.stringify(Object.entries(row).map(([column, cell]) => inSqlite(name, column, cell)));
      expect(rows.map(asText).sort(), name).toEqual(stored.map(asText).sort());
      if (name !== 'objects') continue;
      const all = connection.prepare('SELECT name FROM pragma_table_xinfo(?)').pluck().all('objects') as string[];
      expect(all.filter((column) => !columns.includes(column))).toEqual([
        'evidence_code',
        'slack',
        'dominated_bytes',
        'other_dominator_id',
      ]);
    }
    connection.close();
  });

  /** Of `meta`, what is text in one and a number in the other. */
  const inSqlite = (table: string, column: string, cell: unknown) => {
    if (table === 'meta' && cell !== null) return String(cell);
    return BOOLEANS.includes(column) && typeof cell === 'boolean' ? Number(cell) : cell;
  };

  test("a fleet's tables have the labels, sums of the database, and no id", async () => {
    const labels = ['--service', 'zoo', '--version', 'v1.10', '--host', 'web-1', '--label', 'region=eu', '--label', 'tier=a=b'];
    const files = await convert(core, 'fleet', ...labels);
    const connection = openDatabase(database);
    const value = (sql: string) => connection.prepare(sql).pluck().get();
    expect(Object.keys(files).sort()).toEqual('dumps globals goroutine_groups holders memory owners suspects types waste'.split(' '));
    const [dump] = files.dumps!;
    expect(dump).toMatchObject({service: 'zoo', version: 'v1.10', host: 'web-1', labels: '{"region":"eu","tier":"a=b"}', complete: true});
    expect(dump!.dumped_at).toBe(Date.parse(String(value("SELECT value FROM meta WHERE key = 'dumped_at'"))));
    expect(dump!.reachable_bytes).toBe(value("SELECT value FROM meta WHERE key = 'reachable_bytes'"));
    expect(dump!.goroutines).toBe(value('SELECT count(*) FROM goroutines'));
    for (const [name, rows] of Object.entries(files)) {
      const columns = Object.keys(rows[0] ?? dump!);
      expect(columns.slice(0, 6), name).toEqual(['dump_id', 'service', 'version', 'built_at', 'host', 'dumped_at']);
      expect(
        columns.slice(6).filter((column) => /_id$|^id$|address|sentence|evidence|fix|next$/.test(column) && column !== 'build_id'),
        name,
      ).toEqual([]);
      expect(new Set(rows.map((row) => row.dump_id)).size, name).toBeLessThan(2);
    }
    const sum = (rows: {[column: string]: unknown}[], column: string) => rows.reduce((total, row) => total + Number(row[column]), 0);
    expect(sum(files.types!, 'bytes')).toBe(value('SELECT sum(bytes) FROM types'));
    expect(sum(files.types!, 'objects')).toBe(value('SELECT sum(objects) FROM types'));
    expect(sum(files.owners!, 'bytes')).toBe(dump!.reachable_bytes);
    expect(sum(files.holders!, 'retained')).toBe(dump!.reachable_bytes);
    expect(sum(files.owners!, 'share')).toBeCloseTo(1, 6);
    expect(sum(files.globals!, 'retained')).toBe(value("SELECT sum(retained) FROM roots WHERE kind IN ('global', 'static')"));
    expect(sum(files.goroutine_groups!, 'goroutines')).toBe(dump!.goroutines);
    expect(sum(files.goroutine_groups!, 'stack_bytes')).toBe(value('SELECT sum(stack_bytes) FROM goroutines'));
    expect(sum(files.memory!, 'bytes')).toBe(value('SELECT sum(bytes) FROM memory'));
    expect(sum(files.waste!, 'bytes')).toBe(value('SELECT sum(bytes) FROM waste'));
    for (const name of ['types', 'globals'] as const) {
      const keys = files[name]!.map((row) => JSON.stringify([row.package, row.name, name === 'globals' && row.kind]));
      expect(new Set(keys).size, name).toBe(keys.length);
    }
    connection.close();
  });

  test('of a database of the core they are the same, and so is the id of the dump', async () => {
    const [ofCore, ofDatabase] = [await convert(core, 'a'), await convert(database, 'b')];
    for (const name of ['types', 'owners', 'globals', 'goroutine_groups', 'memory']) expect(ofDatabase[name], name).toEqual(ofCore[name]);
    expect(ofDatabase.dumps).toEqual([{...(ofCore.dumps![0] as object), waste_lacks: 'contents'}]); // the database has no bytes to look for it
  });

  test('a folder is replaced when it is asked for, and only one of such files', async () => {
    const path = join(folder, 'again');
    const run = (...flags: string[]) => goheapHere(['convert', database, '--to', 'parquet', '-o', path, '--quiet', ...flags]);
    expect((await run()).status).toBe(0);
    const before = readdirSync(path).length;
    expect(await run()).toMatchObject({status: 2, stderr: expect.stringContaining('exists already')});
    expect((await run('--force', '--tables', 'all')).status).toBe(0);
    expect(readdirSync(path).length).toBeGreaterThan(before);
    expect((await run('--force')).status).toBe(0);
    expect(readdirSync(path).length).toBe(before);
    writeFileSync(join(path, 'mine.txt'), 'keep');
    expect(await run('--force')).toMatchObject({status: 2, stderr: expect.stringContaining('not a folder of .parquet files')});
    expect(existsSync(join(path, 'mine.txt'))).toBe(true);
    expect(statSync(join(path, 'dumps.parquet')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  test('--json says what was written; a label that is none is refused', async () => {
    const path = join(folder, 'json');
    const said = await goheapJson<{bytes: number}>(['convert', database, '--to', 'parquet', '-o', path]);
    expect(said.bytes).toBe(readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0));
    const {status, stderr} = await goheapHere(['convert', database, '--to', 'parquet', '-o', join(folder, 'x'), '--label', 'eu']);
    expect({status, stderr}).toMatchObject({status: 2, stderr: expect.stringContaining('--label eu: no NAME=VALUE')});
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});

test('labels that the program noted count where none are given; types that reflect made are one', async () => {
  const noted = {
    labels: 'service=shop, host=web-7, team=x',
    vcs_time: '2026-01-02T03:04:05Z',
    vcs_revision: '0123456789abcdef',
    dumped_at: 'never',
  };
  const path = join(temporaryFolder(), 'noted');
  await writeHeap(heapFromGraph(withStacks(noted)), parquet, path, {host: 'web-8'});
  const [dump] = await readParquet(join(path, 'dumps.parquet'));
  expect(dump).toMatchObject({service: 'shop', host: 'web-8', version: '0123456789ab', labels: '{"team":"x"}', dumped_at: null});
  expect(dump!.built_at).toBe(Date.parse('2026-01-02T03:04:05Z'));
  const groups = await readParquet(join(path, 'goroutine_groups.parquet'));
  expect(groups.map(({function: name, top, goroutines}) => [name, top, goroutines])).toEqual([['main.work', 'main.work', 1]]);
});

test('what a file of the same content is called does not matter', async () => {
  const ids = [];
  for (const dump_path of ['/a/core', '/b/core']) {
    const heap = heapFromText(`${ZOO}\n  meta dump_path=${dump_path}`);
    const path = join(temporaryFolder(), 'x');
    await writeHeap(heap, parquet, path, {});
    ids.push((await readParquet(join(path, 'dumps.parquet')))[0]!.dump_id);
  }
  expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(ids[1]).toBe(ids[0]);
});
