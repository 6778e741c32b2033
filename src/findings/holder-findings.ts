/**
 * One place of the program that holds much of the heap → a finding: what `goheap top` lists first, with what there is most of below it.
 */
import {FEWEST} from '../answers/gather-tally.js';
import type {HolderRow} from '../answers/holders.js';
import {formatBytes} from '../base/format-bytes.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import {TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {firstObjectNode} from '../graph/objects.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {FEWEST_GOROUTINES, isWorthTelling} from './finding-thresholds.js';
import {SubtreeSet} from './subtree-set.js';
import {amount, containerOf} from './telling-words.js';

/** What there is most of below a holder. */
interface Crowd {
  readonly type: TypeIndex;
  readonly count: number;
  readonly each: Bytes;
  readonly path: string; // from the holder to each
}
type Held = Pick<HolderRow, 'nodes' | 'example' | 'retained' | 'gathers'>;

export function* findHolders(input: FindingInput): Generator<Finding> {
  const {told, sizes} = input;
  const {types} = told.columns.graph;
  for (const held of input.holders.flatMap((row) => variablesOf(input, row))) {
    const {retained, example, nodes} = held;
    if (!isWorthTelling('holder', {count: 0, bytes: retained, of: sizes.live})) continue;
    const crowd = crowdOf(input, held);
    if (crowd === undefined) continue;
    const [start, within] = told.names.partsOf(told.names.idOf(example));
    const name = containerOf(start + crowd.path) + within;
    const what = `${crowd.count.toLocaleString('en-US')} × ${types.name[crowd.type]}, ${formatBytes(Math.round(crowd.each))} each`;
    yield {
      kind: 'holder',
      name,
      bytes: retained,
      of: sizes.live,
      count: crowd.count,
      node: example,
      type: crowd.type,
      group: NONE,
      sentence: `${name} keeps ${amount(retained, sizes.live)}: ${what}.`,
      evidence: {
        holder: start + within,
        holders: nodes.length,
        gathers: {type: types.name[crowd.type]!, count: crowd.count, each: Math.round(crowd.each), path: crowd.path},
      },
      fix: `Remove from ${name} what is no longer needed, or give it a limit.`,
      next: `goheap top INPUT --under ${example}`,
      nodes,
    };
  }
}

/** A goroutine alone is told by its variables; many with equal stacks are a finding of their own. */
function variablesOf({told: {columns}, sizes}: FindingInput, row: HolderRow): Held[] {
  if (row.kind === 'more' || row.unfolded) return [];
  if (row.kind !== 'goroutine') return [row];
  if (row.count >= FEWEST_GOROUTINES || !isWorthTelling('holder', {count: 0, bytes: row.retained, of: sizes.live})) return [];
  const {roots} = columns.graph;
  const members = new Set(row.nodes);
  const locals: Held[] = [];
  for (let root = 1; root <= roots.count; root++) {
    const retained = columns.retained[root]!;
    if (members.has(roots.parent[root - 1]!) && retained > 0)
      locals.push({nodes: Uint32Array.of(root), example: root, retained, gathers: undefined});
  }
  return locals;
}

function crowdOf(input: FindingInput, {gathers, nodes}: Held): Crowd | undefined {
  if (gathers) return {type: gathers.type, count: gathers.count, each: gathers.retained / gathers.count, path: gathers.path};
  return findCrowd(input, new SubtreeSet(input.told, nodes));
}

/** Where no type of the program's own is gathered: the type that most bytes are of, if there are enough objects of it, as []byte values. */
function findCrowd({told}: FindingInput, set: SubtreeSet): Crowd | undefined {
  const {columns, preorder, names} = told;
  const {graph, retained, retainedObjects} = columns;
  const first = firstObjectNode(graph);
  const typeOf = (node: NodeIndex) => (node < first ? NONE : graph.objects.type[node - first]!);
  const [most] = set.bytesBy(typeOf);
  if (most === undefined || TYPE_KINDS[graph.types.kind[most[0]]!] === 'unknown') return undefined;
  const [type, bytes] = most;
  let count = 0;
  let example: NodeIndex = NONE;
  let exampleTop: NodeIndex = NONE;
  for (const top of set.tops) {
    const start = preorder.position[top]!;
    for (let position = start; position < start + retainedObjects[top]!; position++) {
      const node = preorder.node[position]!;
      if (typeOf(node) !== type) continue;
      count++;
      if (example !== NONE && retained[node]! <= retained[example]!) continue;
      example = node;
      exampleTop = top;
    }
  }
  return count < FEWEST ? undefined : {type, count, each: bytes / count, path: names.textBetween(exampleTop, example)};
}
