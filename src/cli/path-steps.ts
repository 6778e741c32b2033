/**
 * Paths from a root to a node as rows, one a step: from the database's shortest path, or from a search with conditions.
 * Step 0 is the root; each row says which pointer of the row before leads to it.
 */
import {path} from '../../viewer/queries/path.js';
import {type RowOf, runQuery} from '../../viewer/queries/query.js';
import type {Work} from '../base/progress.js';
import {hex} from '../base/units.js';
import {PROGRAM} from '../graph/heap-graph.js';
import type {AnalyzedHeap, Edge, Path} from '../library/heap.js';
import {openHeap} from '../library/open-heap.js';
import type {SqlDatabase} from '../sql/index.js';
import type {NodeId} from '../values/identity.js';
import {findEdge} from './find-node.js';

export interface PathSteps {
  /** As Go would write it: main.cache.items[3].next */
  readonly expression: string;
  readonly steps: readonly Step[];
}
type Step = RowOf<typeof path>;

/** The shortest path as the database keeps it; undefined when no root reaches the node. */
export async function shortestPath(database: SqlDatabase, id: number): Promise<PathSteps | undefined> {
  const upwards = await runQuery(database, path, {id});
  const root = upwards.at(-1);
  if (!root || root.kind === 'object') return undefined;
  // In the database offset and field stand with the holder; here with what they lead to.
  const steps = upwards
    .toReversed()
    .map((step, index, all) => ({...step, step: index, offset: all[index - 1]?.offset ?? null, field: all[index - 1]?.field || null}));
  return {expression: expressionOf(steps), steps};
}

function expressionOf(steps: readonly Step[]): string {
  let text = '';
  for (const {kind, name, offset, field} of steps) {
    if (kind !== 'object') text += text === '' ? name : ` ${name}`;
    else if (field) text += field.startsWith('[') ? field : `.${field}`;
    else if (offset) text += `+${hex(offset)}`;
  }
  return text;
}

/** Up to `all` paths, each from another root, through none of the pointers that `avoid` names; loads the whole graph. */
export async function searchPaths(database: SqlDatabase, id: number, wanted: Wanted, work: Work): Promise<PathSteps[]> {
  const avoided = await Promise.all((wanted.avoid ?? []).map((text) => findEdge(database, text)));
  await using opened = await openHeap(database.path, work);
  const heap = await opened.analyze(work);
  const isAvoided = (edge: Edge) => avoided.some(({source, offset}) => source === edge.source && (offset ?? edge.offset) === edge.offset);
  const found: PathSteps[] = [];
  for (const each of heap.paths(heap.id(id), isAvoided)) {
    found.push(stepsOf(heap, heap.id(id), each));
    if (found.length === wanted.all) break;
  }
  return found;
}

interface Wanted {
  readonly all: number;
  readonly avoid?: readonly string[] | undefined;
}

/** The rows for a path of the library: a local starts with its goroutine, as in the database. */
function stepsOf(heap: AnalyzedHeap, target: NodeId, found: Path): PathSteps {
  const edges = [...found];
  const start = edges[0]?.source ?? target;
  const parent = heap.columns.roots.parent[start - 1] ?? PROGRAM;
  const above = parent === PROGRAM ? [] : [{id: heap.id(parent), offset: null, field: null}];
  const below = edges.map((edge) => ({id: edge.target, offset: edge.offset, field: edge.field ?? null}));
  return {
    expression: String(found),
    steps: [...above, {id: start, offset: null, field: null}, ...below].map(({id, offset, field}, step) => {
      const {kind, name, address, size, type} = heap.node(id);
      const label = kind === 'object' ? hex(address ?? 0) : heap.columns.strings[heap.columns.roots.name[id - 1]!] || name;
      const retained = heap.retained(id) ?? null;
      return {step, node_id: id, kind, name: label, offset, field, type: type?.name ?? 'unknown', address: address ?? null, size, retained};
    }),
  };
}
