/**
 * What only sync.Pool keeps → a finding where that is much. A collection or two later it is gone, if nobody asks for it before.
 */
import {NONE} from '../base/units.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {isWorthTelling} from './finding-thresholds.js';
import {SubtreeSet} from './subtree-set.js';
import {amount} from './telling-words.js';

export function* findPooled({told, objects, sizes}: FindingInput): Generator<Finding> {
  const set = new SubtreeSet(told, objects.pools);
  if (!isWorthTelling('pooled', {count: 0, bytes: set.bytes, of: sizes.live})) return;
  yield {
    kind: 'pooled',
    name: 'sync.Pool',
    bytes: set.bytes,
    of: sizes.live,
    count: set.tops.length,
    node: set.tops[0] ?? NONE,
    type: NONE,
    group: NONE,
    sentence: `Only pools (sync.Pool) keep ${amount(set.bytes, sizes.live)}.`,
    evidence: {},
    fix: 'Do not put back what has grown far beyond the usual size.',
    next: 'goheap top INPUT --all',
    nodes: set.tops,
  };
}
