/**
 * A fleet of 1,000 dumps with planted facts and decoys: DuckDB and Spark with two workers give the same answers to the same SQL, and they are the facts. The tables of one dump:
 * pyarrow, pandas and Polars read every file without a warning, and integers stay integers.
 */
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {unpackFixture} from '../../fixtures/unpack.js';
import {readQuestions} from '../../src/fleet/questions.js';
import {ANSWERS, TOLD, writeFleet} from '../kit/fleet-dumps.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore, goheapHere, goheapJson} from '../kit/goheap-here.js';
import {type Answer, askSpark, comparable, findEngineObstacle, installEngines, runPython, SparkCluster} from '../kit/python-engines.js';

describe.skipIf(findEngineObstacle() !== undefined)('engines', () => {
  const folder = join(process.env.TMPDIR ?? '/tmp', `goheap-engines-${process.pid}`);
  let python = '';
  beforeAll(() => {
    mkdirSync(folder, {recursive: true});
    python = installEngines();
  });
  afterAll(() => rmSync(folder, {recursive: true, force: true}));

  test('a thousand dumps: DuckDB and Spark tell the facts, and no decoy', async () => {
    const root = join(folder, 'fleet');
    expect(await writeFleet(root, {hosts: 20, dumps: 2, types: 300})).toBe(1000);
    const asked: Record<string, Answer[]> = {};
    const seconds: Record<string, number[]> = {};
    const askAll = async () => {
      for (const {name} of readQuestions()) {
        const started = performance.now();
        asked[name] = await goheapJson<Answer[]>(['fleet', 'query', root, name]);
        seconds[name] = [...(seconds[name] ?? []), (performance.now() - started) / 1000];
      }
    };
    const checkAll = (answers: Readonly<Record<string, readonly Answer[]>>) => {
      for (const name of ['release', 'first-seen', 'outliers'] as const)
        expect(answers[name]!.map(TOLD[name]!).sort(), name).toEqual(ANSWERS[name]);
      expect(answers['top-owners']![0]).toMatchObject({name: ANSWERS['top-owners'], services: 5, hosts: 100});
      expect(answers.grew).toEqual([]);
    };
    await askAll();
    checkAll(asked);
    expect((await goheapHere(['fleet', 'compact', root, '--quiet'])).status).toBe(0);
    await askAll();
    checkAll(asked);
    console.log('DuckDB, seconds as they came and compacted:', JSON.stringify(seconds));
    const cluster = await SparkCluster.start(python, join(folder, 'spark'));
    try {
      const said = askSpark(python, cluster, join(root, 'v1c'));
      const {schema} = said;
      expect([schema.dumps!.reachable_bytes, schema.dumps!.complete, schema.dumps!.dumped_at]).toEqual(['bigint', 'boolean', 'timestamp']);
      const rows = Object.fromEntries(readQuestions().map(({name}) => [name, said[name]!.rows]));
      checkAll(rows);
      for (const [name, list] of Object.entries(rows)) expect(comparable(list), name).toEqual(comparable(asked[name]!));
      console.log('Spark:', JSON.stringify(readQuestions().map(({name}) => [name, said[name]!.seconds])));
    } finally {
      cluster.end();
    }
  });

  test('files of one dump are read by pyarrow, pandas and Polars; integers with NULLs stay integers', async () => {
    const {core, executable} = unpackFixture('zoo-1.26.8');
    const database = await convertCore({core, executable}, join(folder, 'zoo.db'), ['--contents', 'none']);
    const path = join(folder, 'zoo');
    const flags = ['--exe', executable, '--to', 'parquet', '--tables', 'all', '-o', path, '--quiet'];
    expect((await goheapHere(['convert', core, ...flags])).status).toBe(0);
    type Said = Record<'rows', number[]> &
      Record<'types' | 'pandas' | 'polars', Record<string, string>> &
      Record<'sums' | 'nulls', Record<string, number[]>>;
    const said = runPython<Record<string, Said>>(python, './read-everywhere.py', [path]);
    const connection = openDatabase(database);
    for (const [table, {rows, types, pandas, polars, sums, nulls}] of Object.entries(said)) {
      const count = connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
      expect(rows, table).toEqual([count, count, count]);
      expect(
        Object.values(types).filter((type) => !['int64', 'bool', 'double', 'string', 'binary'].includes(type)),
        table,
      ).toEqual([]);
      expect(new Set(Object.values(pandas)).size === 0 || [...new Set(Object.values(pandas))].join() === 'Int64', table).toBe(true);
      expect([...new Set(Object.values(polars))].join() || 'Int64', table).toBe('Int64');
      for (const [column, three] of Object.entries(sums)) {
        const [sum, missing] = connection
          .prepare(`SELECT coalesce(sum("${column}"), 0), count(*) - count("${column}") FROM ${table}`)
          .raw()
          .get() as number[];
        expect(three, `${table}.${column}`).toEqual([sum, sum, sum]);
        expect(nulls[column], `${table}.${column}`).toEqual([missing, missing, missing]);
      }
    }
    connection.close();
  });
});
