/**
 * Paths that differ in more than keys, indices and goroutines: one of each form, with how many there are.
 */
import {expect, test} from 'vitest';
import {searchPathForms} from '../../../src/database/path-forms.js';
import {describePath} from '../../../src/database/path-steps.js';
import {searchPaths} from '../../../src/database/search-paths.js';
import {firstObjectNode} from '../../../src/graph/objects.js';
import {openDatabase} from '../../../src/sql/index.js';
import {exportGraph, exportText} from '../../kit/exported.js';
import {graphFromText, nodeNamed} from '../../kit/graph-from-text.js';
import {randomGraphText} from '../../kit/random-graph.js';

const numbered = (count: number, each: (at: number) => string) => Array.from({length: count}, (_, at) => each(at + 1)).join('; ');

/** `COUNT EXPRESSION` of each form. The locals ctx1, ctx2, … are all called ctx. */
async function forms(text: string, name: string, count: number): Promise<string[]> {
  const numberedGraph = graphFromText(text);
  const id = nodeNamed(numberedGraph, name);
  const strings = numberedGraph.strings.map((string) => string.replace(/^(ctx|job)\d+$/, '$1'));
  const {path, graph} = await exportGraph({...numberedGraph, strings});
  const database = await openDatabase(path);
  const {paths, exact, dominates} = await searchPathForms(database, graph.types, id, {count, avoid: []});
  expect(exact).toBe(true);
  const texts = await Promise.all(
    paths.map(async (each) => {
      const {expression} = await describePath(database, each.path, id, {types: graph.types, dominates});
      return `${each.count} ${expression}`;
    }),
  );
  await database.close();
  return texts;
}

const TYPES = 'type main.Job 16 Ctx@0:*main.Ctx Next@8:*main.Job; type main.Ctx 8; type *main.Ctx 8; type *main.Job 8';

test('what many goroutines hold in one way is one path', async () => {
  const workers = numbered(
    20,
    (at) => `goroutine ${at}; local ctx${at} in ${at} : *main.Ctx -> x; local job${at} in ${at} : *main.Job -> j${at}`,
  );
  const jobs = numbered(20, (at) => `j${at} : main.Job -> x`);
  expect(await forms(`${TYPES}; x : main.Ctx; ${workers}; ${jobs}; global main.last : *main.Job -> j7`, 'x', 5)).toEqual([
    '1 main.last.Ctx',
    '20 goroutine 1 ctx',
    '20 goroutine 1 job.Ctx',
  ]);
});

test('indices and the length of a list make no difference', async () => {
  const text = `${TYPES}; x : main.Ctx; r : main.Job x9 -> 0=x 16=x 80=x; global main.a : *main.Job -> r
    global main.b : *main.Job -> b1; b1 : main.Job -> 8=b2; b2 : main.Job -> x`;
  expect(await forms(text, 'x', 5)).toEqual(['1 main.a[0].Ctx', '1 main.b.Next.Ctx']);
});

test('as many as are wanted', async () => {
  const {path, graph} = await exportText(`x; ${numbered(9, (at) => `global main.v${at} -> x`)}`);
  const database = await openDatabase(path);
  const search = (count: number) => searchPathForms(database, graph.types, nodeNamed(graph, 'x'), {count, avoid: []});
  expect((await search(4)).paths.map(({count}) => count)).toEqual([1, 1, 1, 1]);
  expect((await search(1)).paths).toHaveLength(1);
  expect(await search(20)).toMatchObject({exact: true, paths: {length: 9}});
  await database.close();
});

test('on random graphs: the forms are all paths, and the first of each is one of them', async () => {
  let paths = 0;
  for (let seed = 0; seed < 25; seed++) {
    const {path, columns, graph} = await exportGraph(graphFromText(randomGraphText(seed)));
    const database = await openDatabase(path);
    for (let id = firstObjectNode(graph); id < columns.depth.length; id++) {
      const all = await searchPaths(database, id, {count: 1000, avoid: []});
      const {paths: found, exact} = await searchPathForms(database, graph.types, id, {count: 1000, avoid: []});
      expect(exact).toBe(true);
      expect(found.reduce((sum, {count}) => sum + count, 0)).toBe(all.paths.length);
      for (const each of found) expect(all.paths).toContainEqual(each.path);
      expect(found[0]?.path).toEqual(all.paths[0]);
      paths += all.paths.length;
    }
    await database.close();
  }
  expect(paths).toBeGreaterThan(100);
});
