/**
 * Memory that is held and not used, place by place → findings where one place has much of one kind.
 */
import type {ToldHeap} from '../answers/told-heap.js';
import {formatBytes} from '../base/format-bytes.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import {PROGRAM} from '../graph/heap-graph.js';
import type {Finding, FindingKind} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {isWorthTelling, SAME_NODES} from './finding-thresholds.js';
import {amount, countOf} from './telling-words.js';
import type {WastePlace} from './waste-places.js';

/** Kind of waste → the finding, and what is said of it. */
const KIND_OF: Readonly<Record<string, FindingKind>> = {
  pinned: 'pinned',
  capacity: 'capacity',
  'sparse-map': 'sparse-map',
  'duplicate-string': 'duplicates',
  'duplicate-bytes': 'duplicates',
};
const SAID: Partial<Record<FindingKind, (count: string) => string>> = {
  pinned: (arrays) => `of ${arrays}, which slices or strings keep for a small part, can be used by nothing`,
  capacity: (arrays) => `of ${arrays} are room that no slice uses`,
  'sparse-map': (maps) => `of ${maps} are cells beyond those that their entries need`,
  duplicates: (arrays) => `of ${arrays} have what others have, too`,
};

/** Rows of one kind and place are one finding, whatever their types. */
export function* findWaste({told, sizes, waste}: FindingInput): Generator<Finding> {
  if (waste === undefined) return;
  const groups = new Map<string, WastePlace[]>();
  for (const row of waste.rows) {
    const kind = KIND_OF[row.kind];
    if (kind === undefined || row.path === '') continue;
    const key = `${kind} ${row.path}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  for (const rows of groups.values()) {
    const [first] = rows as [WastePlace];
    const kind = KIND_OF[first.kind]!;
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    if (!isWorthTelling(kind, {count: 0, bytes, of: sizes.live})) continue;
    const what = countOf(count, kind === 'sparse-map' ? 'map' : 'array');
    yield {
      kind,
      name: first.path,
      bytes,
      of: sizes.live,
      count,
      node: first.example,
      type: first.type === 0 ? NONE : first.type,
      group: NONE,
      sentence: `${amount(bytes, sizes.live)}, ${SAID[kind]!(`${what} at ${first.path}`)}; ${formatBytes(Math.round(bytes / count))} each.`,
      evidence: {waste: rows.map((row) => ({kind: row.kind, bytes: row.bytes, count: row.count}))},
      fix: waste.fixFor(first),
      next: `goheap waste INPUT --kind ${first.kind}`,
      nodes: placeOf(told, first.example, bytes),
    };
  }
}

/** The nearest node above the example that retains all of it, where it retains little else. */
function placeOf({columns: {retained, dominator}}: ToldHeap, example: NodeIndex, bytes: Bytes): Uint32Array {
  let node = example;
  while (node !== NONE && node !== PROGRAM && retained[node]! < bytes) node = dominator[node]!;
  return node === NONE || node === PROGRAM || bytes < SAME_NODES * retained[node]! ? new Uint32Array() : Uint32Array.of(node);
}
