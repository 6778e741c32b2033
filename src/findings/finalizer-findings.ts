/**
 * Objects that wait in the runtime's queues for their finalizers or cleanups to be called → a finding.
 */
import {Column} from '../base/columns.js';
import {NONE} from '../base/units.js';
import {ROOT_KINDS} from '../graph/heap-graph.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {isWorthTelling} from './finding-thresholds.js';
import {SubtreeSet} from './subtree-set.js';
import {amount, countOf} from './telling-words.js';

const KINDS = new Set(['finalizer', 'cleanup'].map((kind) => ROOT_KINDS.indexOf(kind as 'finalizer')));

export function* findQueuedFinalizers({told, sizes}: FindingInput): Generator<Finding> {
  const {roots, strings} = told.columns.graph;
  const queued = new Column(Uint32Array);
  for (let row = 0; row < roots.count; row++)
    if (KINDS.has(roots.kind[row]!) && strings[roots.name[row]!]!.startsWith('queued ')) queued.push(row + 1);
  const set = new SubtreeSet(told, queued.finish());
  const count = queued.length;
  if (!isWorthTelling('finalizers', {count, bytes: set.bytes, of: sizes.live})) return;
  yield {
    kind: 'finalizers',
    name: 'runtime.SetFinalizer',
    bytes: set.bytes,
    of: sizes.live,
    count,
    node: set.tops[0] ?? NONE,
    type: NONE,
    group: NONE,
    sentence: `${countOf(count, 'object')} wait for their finalizers or cleanups, which one goroutine calls one after the other. They keep ${amount(set.bytes, sizes.live)}.`,
    evidence: {queued: count},
    fix: 'See what the goroutine of the finalizers is blocked in: one that blocks stops all others. Close objects where they end instead.',
    next: 'goheap goroutines INPUT',
    nodes: set.tops,
  };
}
