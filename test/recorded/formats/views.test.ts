/**
 * The seven views against brute force over the graph, and their query plans: a condition on the key must lead to look-ups only.
 */
import {describe, expect, test} from 'vitest';
import {getBit} from '../../../src/base/bitset.js';
import {NONE} from '../../../src/base/units.js';
import {type HeapGraph, TYPE_KINDS} from '../../../src/graph/heap-graph.js';
import {headerOf, lengthOf, nodeCount, nodeOfObject, objectOfNode, sizeOf} from '../../../src/graph/objects.js';
import {BruteForce} from '../../kit/brute-force.js';
import {type Exported, exportGraph, exportText, ZOO} from '../../kit/exported.js';
import {graphFromText, nodeNamed} from '../../kit/graph-from-text.js';
import {randomGraphText} from '../../kit/random-graph.js';

const GRAPHS = [ZOO, ...Array.from({length: 20}, (_, seed) => randomGraphText(seed + 100))];

describe.each(GRAPHS.map((text, index) => [index === 0 ? 'the zoo' : `random graph ${index + 99}`, text]))('%s', (_, text) => {
  test('outbound and inbound', async () => {
    const database = await exportText(text);
    const expected = expectedPointers(database);
    const nodes = Array.from({length: nodeCount(database.graph)}, (_, node) => node);
    const columns = 'source_id, offset, field, target_id, followed, releases';
    const outbound = nodes.flatMap((node) => database.all(`SELECT ${columns} FROM outbound WHERE source_id = ?`, node));
    expect(outbound).toEqual(expected);
    const places = nodes.flatMap((node) => database.all('SELECT place FROM edge_places WHERE source_id = ? ORDER BY offset', node));
    expect(places).toEqual(expected.map(({field}) => ({place: (field as string | null)?.replaceAll(/\[\d+\]/g, '[]') ?? null})));
    const inbound = nodes.flatMap((node) => database.all(`SELECT ${columns} FROM inbound WHERE target_id = ?`, node));
    const key = (row: Record<string, unknown>) => `${row.source_id}+${row.offset}`;
    expect(inbound.sort((a, b) => key(a).localeCompare(key(b)))).toEqual(expected.sort((a, b) => key(a).localeCompare(key(b))));
  });

  test('path', async () => {
    const {graph, columns, all} = await exportText(text);
    for (let node = 1; node < nodeCount(graph); node++) {
      const steps = all('SELECT step, node_id, offset FROM path WHERE of = ? ORDER BY step', node);
      const expected: object[] = [{step: 0, node_id: node, offset: null}];
      for (let at = node; columns.holder[at]! !== 0 && columns.holder[at] !== NONE; at = columns.holder[at]!) {
        const slot = columns.holderSlot[at]!;
        expected.push({step: expected.length, node_id: columns.holder[at], offset: slot === NONE ? null : slot * 8});
      }
      expect(steps).toEqual(expected);
      const last = steps.at(-1)!.node_id as number;
      if (getBit(columns.reachable, node)) expect(last >= 1 && last <= graph.roots.count && graph.roots.parent[last - 1] === 0).toBe(true);
    }
  });

  test('biggest and histogram', async () => {
    const {graph, columns, all} = await exportText(text);
    const nodes = Array.from({length: nodeCount(graph)}, (_, node) => node).filter((node) => node > 0 && getBit(columns.reachable, node));
    nodes.sort((a, b) => columns.retained[b]! - columns.retained[a]! || a - b);
    expect(all('SELECT rank, id, retained FROM biggest')).toEqual(
      nodes.map((id, index) => ({rank: index + 1, id, retained: columns.retained[id]})),
    );
    const bytes = new Map<number, number>();
    for (const node of nodes) {
      const object = objectOfNode(graph, node);
      if (object !== undefined)
        bytes.set(graph.objects.type[object]!, (bytes.get(graph.objects.type[object]!) ?? 0) + sizeOf(graph, object));
    }
    const rows = all('SELECT type_id, bytes FROM histogram');
    expect(rows).toEqual(
      [...bytes].map(([type_id, sum]) => ({type_id, bytes: sum})).sort((a, b) => b.bytes - a.bytes || a.type_id - b.type_id),
    );
    if (rows.length > 0) expect(all('SELECT sum(share) AS share FROM histogram')[0]!.share).toBeCloseTo(1, 10);
  });

  test('footprint', async () => {
    const {graph, all} = await exportText(text);
    for (let object = 0; object < graph.objects.count; object++) {
      const [row] = all('SELECT * FROM footprint WHERE id = ?', nodeOfObject(graph, object));
      expect(row!.size).toBe(sizeOf(graph, object));
      if (row!.used !== null) expect((row!.header as number) + (row!.used as number) + (row!.waste as number)).toBe(row!.size);
    }
    const shares = all('SELECT sum(tail_share) AS sum FROM footprint')[0]!.sum ?? 0;
    expect(shares).toBeCloseTo(graph.spans.tail.reduce((sum, tail) => sum + tail, 0)); // every slot holds an object here
  });
});

/** What `outbound` must say, from the graph and by removing each pointer. */
function expectedPointers({graph, columns}: Exported): Record<string, unknown>[] {
  const brute = new BruteForce(graph);
  const all = brute.bytes(brute.distances().keys());
  const rows: Record<string, unknown>[] = [];
  for (let node = 0; node < nodeCount(graph); node++) {
    for (let edge = graph.edges.firstEdge[node]!; edge < graph.edges.firstEdge[node + 1]!; edge++) {
      const live = getBit(columns.reachable, node) && !graph.edges.notFollowed.includes(edge);
      rows.push({
        source_id: node,
        offset: graph.edges.slot[edge]! * 8,
        field: fieldOf(graph, node, graph.edges.slot[edge]! * 8),
        target_id: graph.edges.target[edge],
        followed: graph.edges.notFollowed.includes(edge) ? 0 : 1,
        releases: live ? all - brute.bytes(brute.distances([], edge).keys()) : 0,
      });
    }
  }
  return rows;
}

/** The name of the field at an offset of a node, by descent through its type. */
function fieldOf(graph: HeapGraph, node: number, offset: number): string | null {
  const {types} = graph;
  const object = objectOfNode(graph, node);
  const type = object === undefined ? graph.roots.type[node - 1]! : graph.objects.type[object]!;
  const length = object === undefined ? 1 : lengthOf(graph.objects, object);
  const within = offset - (object === undefined ? 0 : headerOf(graph, object));
  const size = types.size[type]!;
  if (type === 0 || size === 0 || within >= size * length) return null;
  const rest = descend(graph, type, within % size);
  return rest === null ? null : `${length > 1 ? `[${Math.floor(within / size)}]` : ''}${rest}`.replace(/^\./, '');
}

function descend(graph: HeapGraph, type: number, offset: number): string | null {
  const {types} = graph;
  const kind = TYPE_KINDS[types.kind[type]!];
  if (kind === 'array') {
    const size = types.size[types.element[type]!]!;
    const rest = descend(graph, types.element[type]!, offset % size);
    return rest === null ? null : `[${Math.floor(offset / size)}]${rest}`;
  }
  if (kind !== 'struct') return '';
  for (let field = types.firstField[type]!; field < types.firstField[type + 1]!; field++) {
    const inside = offset - types.fieldOffset[field]!;
    if (inside < 0 || inside >= types.size[types.fieldType[field]!]!) continue;
    const rest = descend(graph, types.fieldType[field]!, inside);
    return rest === null ? null : `.${types.fieldName[field]}${rest}`;
  }
  return null;
}

test('field names through nested structs, arrays, slices of structs and headers', async () => {
  const {graph, all} = await exportText(ZOO);
  const fields = (name: string) => all('SELECT field FROM outbound WHERE source_id = ?', nodeNamed(graph, name)).map((row) => row.field);
  expect(fields('big')).toEqual(['In.Y', 'Ptrs[0]', 'Ptrs[2]', 'Tail']);
  expect(fields('many')).toEqual(['[0].Next', '[1].Next', '[2].Next']);
  expect(fields('main.array')).toEqual(['[0]', '[1]']);
  expect(fields('main.list')).toEqual(['']);
  expect(fields('stacked')).toEqual([null]);
});

test('a field at the offset of an empty one, and padding at the end', async () => {
  const {graph, all} = await exportText(`
    type main.Empty 0; type main.Odd 24 None@0:main.Empty P@0:*int Small@8:uint8 Q@16:*int
    roots: o; o : main.Odd size=48 -> 0=a 16=a 40=a; type main.Tail 16 P@0:*int Last@8:uint8; roots: t; t : main.Tail -> 8=a; a : int`);
  const fields = (name: string) => all('SELECT field FROM outbound WHERE source_id = ?', nodeNamed(graph, name)).map((row) => row.field);
  expect(fields('o')).toEqual(['P', 'Q', null]);
  expect(fields('t')).toEqual(['Last']);
});

test('footprint of an object with padding, header and waste, and of variables', async () => {
  const {graph, all} = await exportText(ZOO);
  const columns = 'used, padding, header, waste, size, tail_share, gap';
  expect(all(`SELECT ${columns} FROM footprint WHERE id = ?`, nodeNamed(graph, 'big'))).toEqual([
    {used: 72, padding: 7, header: 8, waste: 16, size: 96, tail_share: 8096, gap: null},
  ]);
  expect(all(`SELECT ${columns} FROM footprint WHERE id = ?`, nodeNamed(graph, 'main.array'))).toEqual([
    {used: 16, padding: 0, header: null, waste: 0, size: 16, tail_share: null, gap: 0},
  ]);
});

test('views of a long list answer one node quickly', async () => {
  const items = Array.from({length: 3000}, (_, index) => `i${index} -> i${index + 1}`).join('\n');
  const {graph, all} = await exportGraph(graphFromText(`roots: i0\n${items}`));
  const last = nodeNamed(graph, 'i3000');
  expect(all('SELECT count(*) AS steps, max(step) AS last FROM path WHERE of = ?', last)).toEqual([{steps: 3002, last: 3001}]);
});

describe('query plans', () => {
  const keyed = ['path WHERE of = 9', 'outbound WHERE source_id = 9', 'inbound WHERE target_id = 9', 'footprint WHERE id = 9'];
  test.each([...keyed, 'histogram', 'edge_fields WHERE source_id = 9 AND offset = 8'])('%s', async (query) => {
    expect(await scans(query)).toEqual([]);
  });
  test('biggest goes through its own short list only', async () => {
    expect(await scans('biggest')).toEqual(['SCAN b']);
  });
  test('a condition on another column does scan', async () => {
    expect(await scans('outbound WHERE target_offset = 9')).toEqual(['SCAN e']);
    expect((await scans('path WHERE name = 9')).length).toBeGreaterThan(0);
  });
});

/** The lines of the plan that go through all rows of a large table, by the aliases of schema.sql. */
async function scans(query: string): Promise<string[]> {
  const {all} = await exportText(ZOO);
  const plan = all(`EXPLAIN QUERY PLAN SELECT * FROM ${query}`).map((row) => String(row.detail));
  return plan.filter((line) => /^SCAN (objects|edges|referrers|roots|dominated|instances|[oeirnxab])\b/.test(line));
}
