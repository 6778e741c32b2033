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

/** The locals ctx1, ctx2, … are all called ctx. `id` is the node of this name. */
async function exportCalledAlike(text: string, name: string) {
  const numberedGraph = graphFromText(text);
  const strings = numberedGraph.strings.map((string) => string.replace(/^(ctx|job)\d+$/, '$1'));
  return {id: nodeNamed(numberedGraph, name), ...(await exportGraph({...numberedGraph, strings}))};
}

/** `COUNT EXPRESSION` of each form. */
async function forms(text: string, name: string, count: number): Promise<string[]> {
  const {id, path, graph} = await exportCalledAlike(text, name);
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

test('how large a map is makes no difference, nor in which of its parts a key lies; a key is no value', async () => {
  const text = `${TYPES}; x : main.Ctx; type map<string,*main.Ctx> 24 dirPtr@0:unsafe.Pointer; type unsafe.Pointer 8; type string 16
    type *map<string,*main.Ctx> 8; type table<string,*main.Ctx> 24 groups@0:unsafe.Pointer; type *table<string,*main.Ctx> 8
    type map.group[string]*main.Ctx 200 slots@8:[8]main.slot; type [8]main.slot 192; type main.slot 24 key@0:string elem@16:*main.Ctx
    goroutine 1; local ctx1 in 1 : *map<string,*main.Ctx> -> m1; m1 : map<string,*main.Ctx> -> g1; g1 : map.group[string]*main.Ctx -> 24=x
    goroutine 2; local ctx2 in 2 : *map<string,*main.Ctx> -> m2; m2 : map<string,*main.Ctx> -> d2; d2 : *table<string,*main.Ctx> x4 -> 8=t2
    t2 : table<string,*main.Ctx> -> g2; g2 : map.group[string]*main.Ctx x8 -> 648=x
    goroutine 3; local ctx3 in 3 : *map<string,*main.Ctx> -> m3; m3 : map<string,*main.Ctx> -> g3; g3 : map.group[string]*main.Ctx -> 8=x`;
  const found = await forms(text, 'x', 5);
  expect(found.map((form) => form.split(' ').slice(0, 3).join(' '))).toEqual(['1 goroutine 3', '2 goroutine 1']);
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

test('how far counting goes depends on the paths alone: an answer is the same on a busy machine', async () => {
  const jobs = numbered(3000, (at) => `goroutine ${at}; local job${at} in ${at} : *main.Ctx -> x`);
  const {id, path, graph} = await exportCalledAlike(`${TYPES}; x : main.Ctx; global main.v : *main.Ctx -> x; ${jobs}`, 'x');
  const database = await openDatabase(path);
  const search = (count: number) => searchPathForms(database, graph.types, id, {count, avoid: []});
  const {paths, exact} = await search(2);
  expect([paths.map(({count}) => count), exact]).toEqual([[1, 2001], false]);
  const all = await search(3);
  expect([all.paths.map(({count}) => count), all.exact]).toEqual([[1, 3000], true]);
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
