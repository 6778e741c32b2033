/**
 * One place of the program that holds much of the heap → a finding: what `goheap top` lists first, with what there is most of below it.
 */
import {FEWEST} from '../answers/gather-tally.js';
import type {Gathered} from '../answers/gathers.js';
import {computeHolders, type HolderRow} from '../answers/holders.js';
import {formatBytes, grouped} from '../base/format-bytes.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import {type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {threadWord} from '../graph/language.js';
import {firstObjectNode, lengthOf} from '../graph/objects.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {FEWEST_GOROUTINES, isWorthTelling} from './finding-thresholds.js';
import {SubtreeSet} from './subtree-set.js';
import {amount, containerOf, pathTo} from './telling-words.js';

/** What there is most of below a holder. */
interface Crowd {
  readonly type: TypeIndex;
  readonly count: number;
  readonly each: Bytes;
  readonly example: NodeIndex; // the one that retains most
  readonly covers: Bytes; // of the holder: what the place where they are retains
}
/** Of a holder's bytes: where what there is most of is so much, the holder is told by it. */
const MOST_OF_IT = 0.8;
/** Variables in structs in structs: deeper than anyone nests them. */
const DEEPEST = 12;

export function* findHolders(input: FindingInput): Generator<Finding> {
  for (const row of input.holders.filter((one) => isTold(input, one))) {
    const found = [...tellHolder(input, row, 0)];
    if (found.length > 0) yield* found;
    else yield findingOfFew(input, narrow(input, row, 0));
  }
}

function isTold({sizes}: FindingInput, {kind, unfolded, retained, count}: HolderRow): boolean {
  if (kind === 'more' || unfolded || (kind === 'goroutine' && count >= FEWEST_GOROUTINES)) return false; // many of them are a finding of their own
  return isWorthTelling('holder', {count: 0, bytes: retained, of: sizes.live});
}

/** One that holds several things that are worth telling is told by them. */
function* tellHolder(input: FindingInput, row: HolderRow, depth: number): Generator<Finding> {
  const {told, usedLength} = input;
  if (!isTold(input, row)) return;
  const crowd = crowdOf(input, row);
  const isWhole = crowd !== undefined && crowd.covers >= MOST_OF_IT * row.retained;
  const isOpened = !isWhole && row.nodes.length === 1 && depth < DEEPEST;
  const level = isOpened ? computeHolders(told, {under: row.example, usedLength}) : [];
  const below = level.flatMap((part) => [...tellHolder(input, part, depth + 1)]);
  if (below.length > 0) yield* below;
  else if (crowd) yield findingOf(input, row, crowd, isWhole);
}

function findingOf({told, sizes}: FindingInput, {retained, example, nodes}: HolderRow, crowd: Crowd, isWhole: boolean): Finding {
  const {columns, names} = told;
  const type = columns.graph.types.name[crowd.type]!;
  const [path, within] = names.partsOf(names.idOf(crowd.example));
  const name = isWhole ? containerOf(path) + within : pathTo(told, example);
  const each = Math.round(crowd.each);
  return {
    kind: 'holder',
    name,
    bytes: retained,
    of: sizes.live,
    count: crowd.count,
    node: example,
    type: crowd.type,
    group: NONE,
    sentence: `${name} keeps ${amount(retained, sizes.live)}: ${grouped(crowd.count)} × ${type}, ${formatBytes(each)} each.`,
    evidence: {holder: pathTo(told, example), holders: nodes.length, gathers: {type, count: crowd.count, each, path: path + within}},
    fix: `Remove from ${name} what is no longer needed, or give it a limit.`,
    next: `goheap top INPUT --under ${example}`,
    nodes,
  };
}

/** A row in which nothing is gathered → the last one below it that still has most of it. */
function narrow(input: FindingInput, row: HolderRow, depth: number): HolderRow {
  if (row.nodes.length > 1 || depth === DEEPEST) return row;
  const [first] = computeHolders(input.told, {under: row.example});
  const isMost = first !== undefined && isTold(input, first) && first.retained >= MOST_OF_IT * row.retained;
  return isMost ? narrow(input, first, depth + 1) : row;
}

/** Of few that are large: nothing is gathered below them. */
function findingOfFew({told, sizes}: FindingInput, row: HolderRow): Finding {
  const {name: path, type, count, retained, example, nodes} = row;
  const name = count === 1 ? path : containerOf(path);
  const what = wordsOfFew(told.columns.graph, row);
  const each = count === 1 ? '' : `, ${formatBytes(Math.round(retained / count))} each`;
  return {
    kind: 'holder',
    name,
    bytes: retained,
    of: sizes.live,
    count,
    node: example,
    type: type === 0 ? NONE : type,
    group: NONE,
    sentence: `${name} keeps ${amount(retained, sizes.live)}${what === '' ? '' : `: ${what}${each}`}.`,
    evidence: {holder: pathTo(told, example), holders: nodes.length},
    fix: `See how large what ${name} keeps must be, and for how long.`,
    next: `goheap top INPUT --under ${example}`,
    nodes,
  };
}

/** `3 × main.Arena`, `one array of uint8`; '' for one of which there is nothing to say. */
function wordsOfFew(graph: HeapGraph, {kind, type, count, example}: HolderRow): string {
  const number = grouped(count);
  if (kind === 'goroutine') return count === 1 ? '' : `${number} ${threadWord(graph.metadata.language)}s`;
  if (type === 0) return count === 1 ? '' : `${number} objects`;
  const name = graph.types.name[type]!;
  const isArray = kind === 'object' && lengthOf(graph.objects, example - firstObjectNode(graph)) > 1;
  if (isArray) return count === 1 ? `one array of ${name}` : `${number} arrays of ${name}`;
  return count === 1 ? `one ${name}` : `${number} × ${name}`;
}

function crowdOf(input: FindingInput, {gathers, nodes, retained}: HolderRow): Crowd | undefined {
  const gathered = gathers ?? findCrowd(input, new SubtreeSet(input.told, nodes));
  if (gathered === undefined) return undefined;
  const {type, count, example} = gathered;
  const covers = nodes.length > 1 ? retained : coveredBy(input, nodes[0]!, gathered);
  return {type, count, each: gathered.retained / count, example, covers};
}

/** What the nearest node above all that is gathered retains. */
function coveredBy({told: {columns}}: FindingInput, top: NodeIndex, {example, retained}: Pick<Gathered, 'example' | 'retained'>): Bytes {
  let node = example;
  while (node !== top && columns.retained[node]! < retained) node = columns.dominator[node]!;
  return columns.retained[node]!;
}

/** Where no type of the program's own is gathered: the type that most bytes are of, if there are enough objects of it, as []byte values. */
function findCrowd({told}: FindingInput, set: SubtreeSet): Omit<Gathered, 'path'> | undefined {
  const {columns, preorder} = told;
  const {graph, retained, retainedObjects} = columns;
  const first = firstObjectNode(graph);
  const typeOf = (node: NodeIndex) => (node < first ? NONE : graph.objects.type[node - first]!);
  const [most] = set.bytesBy(typeOf);
  if (most === undefined || TYPE_KINDS[graph.types.kind[most[0]]!] === 'unknown') return undefined;
  const [type, bytes] = most;
  let count = 0;
  let example: NodeIndex = NONE;
  for (const top of set.tops) {
    const start = preorder.position[top]!;
    for (let position = start; position < start + retainedObjects[top]!; position++) {
      const node = preorder.node[position]!;
      if (typeOf(node) !== type) continue;
      count++;
      if (example !== NONE && retained[node]! <= retained[example]!) continue;
      example = node;
    }
  }
  return count < FEWEST ? undefined : {type, count, retained: bytes, example};
}
