/**
 * Retained sizes → the nodes that retain most, without sorting all: a heap of the best so far, whose smallest is on top.
 */
import type {NodeIndex} from '../base/units.js';
import type {AnalysisColumns} from './analysis-columns.js';

/** At most `count` reachable nodes but the program, most retained first, equal ones by node. O(nodes × log count) at worst. */
export function computeBiggest({retained}: Pick<AnalysisColumns, 'retained'>, count: number): Uint32Array {
  const best = new Uint32Array(Math.min(count, retained.length));
  let size = 0;
  const isWorse = (a: NodeIndex, b: NodeIndex) => retained[a]! < retained[b]! || (retained[a] === retained[b] && a > b);
  const sink = (node: NodeIndex) => {
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isWorse(best[child + 1]!, best[child]!)) child++;
      if (!isWorse(best[child]!, node)) break;
      best[at] = best[child]!;
      at = child;
    }
    best[at] = node;
  };
  const rise = (node: NodeIndex) => {
    let at = size++;
    for (let up = (at - 1) >> 1; at > 0 && isWorse(node, best[up]!); up = (at - 1) >> 1) {
      best[at] = best[up]!;
      at = up;
    }
    best[at] = node;
  };
  for (let node = 1; node < retained.length; node++) {
    if (Number.isNaN(retained[node]!)) continue;
    if (size < best.length) rise(node);
    else if (size > 0 && isWorse(best[0]!, node)) sink(node);
  }
  return best.subarray(0, size).sort((a, b) => retained[b]! - retained[a]! || a - b);
}
