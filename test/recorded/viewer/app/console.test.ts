/** What the console makes of a database and of answers: statements to start from, comments of the schema, links, files. */
import {expect, test} from 'vitest';
import {memory} from '../../../../src/database/queries/info-queries.js';
import {queries} from '../../../../src/database/queries/named-queries.js';
import {runQuery} from '../../../../src/database/queries/run-query.js';
import {schema} from '../../../../src/database/queries/schema-queries.js';
import {untyped} from '../../../../src/database/queries/type-queries.js';
import {openCoreHeap} from '../../../../src/open-core-heap.js';
import {openDatabase} from '../../../../src/sql/index.js';
import {prepareUserSql} from '../../../../src/sql/user-sql.js';
import {cannedQueries} from '../../../../viewer/app/canned-queries.js';
import {budgetOf} from '../../../../viewer/app/memory-budget.js';
import {sqlColumn} from '../../../../viewer/app/sql-links.js';
import {schemaTables} from '../../../../viewer/app/sql-schema.js';
import {toCsv} from '../../../../viewer/app/widgets/csv.js';
import {exportGraph, exportText, ZOO} from '../../../kit/exported.js';
import {unpackFixture} from '../../../kit/fixtures.js';

test('every named query is a statement to start from, and runs as it is', async () => {
  const {connection} = await exportText(ZOO);
  const canned = cannedQueries([...queries.values()]);
  expect(canned.map(({id}) => id)).toEqual([...queries.keys()]);
  for (const {sql} of canned) expect(prepareUserSql(connection, sql).all()).toBeInstanceOf(Array); // what stands in front of users' statements lets it pass
});

test('the schema has all tables and views, and the comments of schema.sql', async () => {
  const database = await openDatabase((await exportText(ZOO)).path);
  const tables = schemaTables(await runQuery(database, schema, {}));
  const names = await database.rows<{name: string}>("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')", {});
  expect(tables.map(({name}) => name).sort()).toEqual(
    names
      .map(({name}) => name)
      .filter((name) => !name.startsWith('sqlite'))
      .sort(),
  );
  const objects = tables.find(({name}) => name === 'objects')!;
  expect(objects.columns.find(({name}) => name === 'reachable')?.comment).toMatch(/^0: garbage/);
  const types = tables.find(({name}) => name === 'types')!;
  expect(types.columns.find(({name}) => name === 'values')?.comment).toBe('sum of their lengths');
  await database.close();
});

test('the parts of the overview sum up to what was dumped', async () => {
  const {core, executable} = unpackFixture('tiny-1.26.8');
  const heap = await openCoreHeap(core, {executable});
  const database = await openDatabase((await exportGraph(heap.graph)).path);
  heap.close();
  const rows = await runQuery(database, memory, {});
  const [typeless] = await runQuery(database, untyped, {});
  const bytesOf = (wanted: (category: string | null) => boolean) =>
    rows.filter(({category}) => wanted(category)).reduce((sum, {bytes}) => sum + bytes!, 0);
  const {parts, reserved} = budgetOf(rows, typeless!.bytes!);
  expect(parts.reduce((sum, {bytes}) => sum + bytes, 0)).toBe(bytesOf((category) => category !== 'reserved'));
  expect(reserved).toBe(bytesOf((category) => category === 'reserved'));
  expect(parts.find(({color}) => color === 'untyped')?.bytes).toBe(typeless!.bytes);
  expect(parts.map(({color}) => color)).toEqual(expect.arrayContaining(['live', 'stacks', 'runtime', 'globals', 'program', 'untouched']));
  await database.close();
});

test('a category that is new is a part too', () => {
  const rows = [
    {category: 'heap', part: 'live objects', bytes: 100, touched: 90},
    {category: 'surprise', part: 'x', bytes: 7, touched: 5},
    {category: 'reserved', part: 'address space', bytes: 1000, touched: 0},
  ];
  const {parts, reserved} = budgetOf(rows, 30);
  expect(parts.map(({color, bytes}) => [color, bytes])).toEqual([
    ['live', 70],
    ['untyped', 30],
    ['other', 5],
    ['untouched', 2],
  ]);
  expect(reserved).toBe(1000);
});

test.each([
  ['object_id', 'SELECT object_id FROM instances', 7, '#/object?o=7'],
  ['id', 'SELECT id FROM objects', 7, '#/object?o=7'],
  ['id', 'select id from types', 7, '#/types?id=7'],
  ['id', 'SELECT id FROM frames', 7, undefined],
  ['type_id', 'SELECT type_id FROM objects', 7, '#/types?id=7'],
  ['goroutine_id', 'SELECT 7 AS goroutine_id', 7, '#/goroutines?g=7'],
  ['address', 'SELECT address FROM objects', 0xc000010000, '#/object?o=0xc000010000'],
  ['addr', 'SELECT 1', '0xc000010000', '#/object?o=0xc000010000'],
  ['type_id', 'SELECT 0', 0, undefined],
  ['size', 'SELECT size FROM objects', 48, undefined],
  ['name', 'SELECT name FROM roots', 'javascript:alert(1)', undefined],
])('a column %s of %s leads to its thing', (name, sql, value, target) => {
  expect(sqlColumn(name, sql, [null, value]).link?.(value)).toBe(target);
});

test('sizes are shown as bytes, counts as numbers', () => {
  const kinds = ['retained', 'target_size', 'releases', 'count(*)', 'used'].map((name) => sqlColumn(name, 'SELECT 1', [1]).kind);
  expect(kinds).toEqual(['bytes', 'bytes', 'bytes', 'number', 'number']);
});

test('CSV quotes what needs it and keeps unknown empty', () => {
  expect(
    toCsv(
      ['a', 'b,c'],
      [
        [1, 'x"y'],
        [null, 'two\nlines'],
      ],
    ),
  ).toBe('a,"b,c"\r\n1,"x""y"\r\n,"two\nlines"\r\n');
});
