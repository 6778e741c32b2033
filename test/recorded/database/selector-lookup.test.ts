/**
 * Expressions from a variable on, against the view edge_fields: what stands at a field is found by its text, whatever else the variable or the object holds.
 */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Ask, runQuery} from '../../../src/database/queries/run-query.js';
import {nodesSelected} from '../../../src/database/queries/selector-lookup.js';
import {openDatabase, type SqlDatabase} from '../../../src/sql/index.js';
import {ZOO} from '../../kit/exported.js';
import {fixtureDatabase} from '../../kit/fixture-database.js';
import {graphFromText, nodeNamed} from '../../kit/graph-from-text.js';
import {databaseFromText} from '../../kit/small-database.js';

const VARIABLES = `SELECT id, name FROM roots WHERE kind IN ('global', 'static') AND name > '' ORDER BY id`;
const POINTERS = `SELECT f.field, e.target_id AS target FROM edges e JOIN edge_fields f ON f.source_id = e.source_id AND f.offset = e.offset
  WHERE e.source_id = ? AND f.field IS NOT NULL ORDER BY e.offset LIMIT 20`;

const opened: SqlDatabase[] = [];
let zoo: SqlDatabase;
let small: SqlDatabase;
const graph = graphFromText(ZOO);
beforeAll(async () => {
  zoo = await openDatabase(await fixtureDatabase('zoo-1.26.8'));
  small = await openDatabase(await databaseFromText(ZOO));
  opened.push(zoo, small);
});
afterAll(() => Promise.all(opened.map((database) => database.close())));

const select = (database: SqlDatabase, text: string) => nodesSelected(text, ((query, params) => runQuery(database, query, params)) as Ask);
const behind = (name: string, field: string) => name + (field === '' || field.startsWith('[') ? field : `.${field}`);

test('two pointers far, of every variable of a program', async () => {
  let asked = 0;
  for (const {id, name} of await zoo.rows<{id: number; name: string}>(VARIABLES)) {
    for (const {field, target} of await zoo.rows<{field: string; target: number}>(POINTERS, [id])) {
      const first = behind(name, field);
      if (first !== name) {
        expect(await select(zoo, first), first).toContain(target);
        asked++;
      }
      for (const next of await zoo.rows<{field: string; target: number}>(POINTERS, [target])) {
        const text = behind(first, next.field);
        if (text === first) continue;
        expect(await select(zoo, text), text).toContain(next.target);
        asked++;
      }
    }
  }
  expect(asked).toBeGreaterThan(300);
});

test.each([
  ['main.big.In.Y', ['text']],
  ['main.big.Ptrs[0]', ['n1']],
  ['main.big.Ptrs', ['big']], // lies inside
  ['main.big.In', ['big']],
  ['main.big.Ptrs[1]', []], // nil
  ['main.big.Ptrs[4]', []],
  ['main.big.Ptrs[0x0]', []],
  ['main.big.Ptrs[0].Next.Next', ['n3']],
  ['main.big.Flag', []],
  ['main.big.Fl', []],
  ['main.big.Nothing', []],
  ['main.array[0]', ['n3']],
  ['main.array[1].Next', ['shared']],
  ['main.array[2]', []],
  ['main.big.Ptrs[0].Next[0]', []], // a pointer to one
  ['main.list[0].Next', []], // likewise
])('%s', async (text, names) => {
  const ids = await select(small, text);
  expect(ids).toEqual(names.map((name) => nodeNamed(graph, name)));
});

test('[0] is also what a slice of one element leads to, but not what a pointer or a map does', async () => {
  const text = `
    type main.Node 16 Next@0:*main.Node Val@8:int
    type main.Map 8 kind=map
    global main.row : []main.Node -> n1
    global main.one : *main.Node -> n1
    global main.byID : main.Map -> n1
    n1 : main.Node -> n2
    n2 : main.Node
  `;
  const graph = graphFromText(text);
  const database = await openDatabase(await databaseFromText(text));
  const found = [];
  for (const name of ['main.row[0]', 'main.row[0].Next', 'main.one[0]', 'main.one[0].Next', 'main.byID[0]', 'main.byID'])
    found.push(await select(database, name));
  expect(found).toEqual([[nodeNamed(graph, 'n1')], [nodeNamed(graph, 'n2')], [], [], [], [3]]);
  await database.close();
});
