/**
 * The Go expression of a path, of recorded programs: the command, the library and the viewer's server print the same text for what variables of
 * every kind hold, and the database's views name the field of every pointer as the library does.
 */
import {describe, expect, test} from 'vitest';
import {LateValues} from '../../../src/database/late-values.js';
import {describePath} from '../../../src/database/path-steps.js';
import {searchPaths} from '../../../src/database/search-paths.js';
import {ROOT_KINDS, TYPE_KINDS, type TypeKind} from '../../../src/graph/heap-graph.js';
import {openHeap} from '../../../src/library/open-heap.js';
import {GraphPath, holderOf} from '../../../src/library/path-text.js';
import {openDatabase} from '../../../src/sql/index.js';
import {askForTypes} from '../../../src/sql/read-types.js';
import type {NodeId} from '../../../src/values/identity.js';
import {partOfHolder, type ValueAt} from '../../../src/values/path-expression.js';
import {answerPaths} from '../../../viewer/server/answer-paths.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {goheapJson} from '../../kit/goheap-here.js';

const KINDS: readonly TypeKind[] = ['interface', 'map', 'slice', 'chan', 'func', 'struct', 'array', 'ptr', 'string'];
/** Nodes below a variable, breadth first, that are compared. */
const SAMPLE = 25;
/** Of each program, by the command itself: each is a process of its own. */
const THROUGH_COMMAND = 6;

describe.each(['zoo-1.26.8', 'zoo-1.24.13', 'zoo-1.22.12'])('%s', async (name) => {
  const file = (await openFixtureDatabase(name)).name;

  test('command, library and viewer print the same text', async () => {
    const heap = await analyzedFixture(name); // has the keys of maps, as the database's commands have while the dump is there
    const database = await openDatabase(file);
    const types = await askForTypes(database);
    await using values = new LateValues(file, undefined);
    const stored = await values.open();
    const valueAt: ValueAt = (type, address) => stored.value({type, address});
    const {roots} = heap.columns;
    const variables = Array.from({length: roots.count}, (_, row) => row).filter((row) =>
      ['global', 'local'].includes(ROOT_KINDS[roots.kind[row]!]!),
    );
    const seenKinds = new Set<string>();
    const expressions = new Map<number, string>();
    for (const row of variables) {
      const kind = TYPE_KINDS[roots.type[row] === 0 ? 0 : heap.columns.types.kind[roots.type[row]!]!]!;
      if (!KINDS.includes(kind)) continue;
      seenKinds.add(kind);
      const below = [heap.id(row + 1)];
      for (let at = 0; at < below.length && below.length < SAMPLE; at++)
        for (const {target} of heap.references(below[at]!)) if (below.length < SAMPLE && !below.includes(target)) below.push(target);
      for (const id of below) expressions.set(id, '');
    }
    expect(KINDS.filter((kind) => !seenKinds.has(kind))).toEqual([]);
    expect(expressions.size).toBeGreaterThan(300);
    for (const id of expressions.keys()) {
      const [path] = heap.paths(id as NodeId);
      const found = await searchPaths(database, id, {count: 1, avoid: []});
      if (path === undefined) {
        expect(found.paths).toEqual([]);
        expressions.delete(id);
        continue;
      }
      const ofCommand = await describePath(database, found.paths[0]!, id, {types, dominates: found.dominates, values});
      expect(ofCommand.expression).toBe(String(path));
      const shown = (await answerPaths(database, {types, values}, {node: id, avoid: [], count: 3})).paths.filter(
        ({steps, length}) => steps.length === length,
      );
      for (const {expression, steps} of shown) {
        const edges = steps.flatMap(({node_id, offset}) =>
          offset === null ? [] : [{source: node_id as NodeId, offset, target: id as NodeId}],
        );
        expect(expression).toBe(String(new GraphPath(heap.columns, edges[0]?.source ?? id, edges, valueAt)));
      }
      expressions.set(id, String(path));
    }
    const texts = [...expressions.values()];
    expect(texts).toContain('main.GPtr.M["mk"]‹key›');
    expect(texts.filter((text) => /\[(?:"\w+"|\d+)\]/.test(text)).length).toBeGreaterThan(20);
    expect(texts.filter((text) => /\b(?:dirPtr|buckets|slots|groups)\b/.test(text))).toEqual([]);
    const every = Math.floor(expressions.size / THROUGH_COMMAND);
    for (const [id, expression] of [...expressions].filter((_, at) => at % every === 0)) {
      const answer = await goheapJson<{paths: {expression: string}[]}>(['path', file, String(id)]);
      expect(answer.paths.map((path) => path.expression)).toEqual([expression]);
    }
    await database.close();
  });

  test('the view edge_fields names the field of every pointer as the library does', async () => {
    await using heap = await openHeap(file);
    const graph = heap.columns;
    const rows = (await openFixtureDatabase(name)).prepare('SELECT source_id, offset, field FROM edge_fields').all() as {
      source_id: number;
      offset: number;
      field: string | null;
    }[];
    expect(rows.length).toBe(graph.edges.count);
    const different = rows.filter(({source_id, offset, field}) => {
      const {path, type} = partOfHolder(graph, holderOf(graph, source_id), offset);
      return field !== (type === 0 ? null : path);
    });
    expect(different).toEqual([]);
    expect(rows.filter(({field}) => field === '').length).toBeGreaterThan(100);
    expect(rows.filter(({field}) => field?.includes('[') && field.includes('.')).length).toBeGreaterThan(100);
  });
});
