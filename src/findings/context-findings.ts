/**
 * One context with many children that have not ended → a finding: each context.WithCancel, WithTimeout or WithDeadline stays with the one that it was
 * made from until it is cancelled.
 */
import {NONE} from '../base/units.js';
import {firstObjectNode} from '../graph/objects.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {isWorthTelling} from './finding-thresholds.js';
import {amount, countOf, pathTo} from './telling-words.js';

export function* findManyContexts({told, contexts, sizes}: FindingInput): Generator<Finding> {
  const {graph, retained} = told.columns;
  for (let row = 0; row < contexts.count; row++) {
    const count = contexts.children[row]!;
    const node = contexts.node[row]!;
    const bytes = retained[node]!;
    if (!(count > 0) || !isWorthTelling('contexts', {count, bytes, of: sizes.live})) continue;
    const name = pathTo(told, node);
    yield {
      kind: 'contexts',
      name,
      bytes,
      of: sizes.live,
      count,
      node,
      type: graph.objects.type[node - firstObjectNode(graph)]!,
      group: NONE,
      sentence: `${countOf(count, 'context')} made from ${name} have not been cancelled, and with it they keep ${amount(bytes, sizes.live)}.`,
      evidence: {children: count, deadline: Number.isNaN(contexts.deadline[row]!) ? null : contexts.deadline[row]},
      fix: `Call the cancel function that came with each context made from ${name}: defer cancel().`,
      next: 'goheap contexts INPUT',
      nodes: Uint32Array.of(node),
    };
  }
}
