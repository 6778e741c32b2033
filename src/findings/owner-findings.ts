/**
 * A type of the program that much of the heap belongs to, in many places, none of which is told as such → a finding.
 */
import type {HolderRow} from '../answers/holders.js';
import {type Bytes, NONE} from '../base/units.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {isWorthTelling, SAME_NODES} from './finding-thresholds.js';
import type {BytesByGroup} from './subtree-set.js';
import {amount, countOf} from './telling-words.js';

/**
 * Its `nodes` are none: what belongs to an owner is no union of subtrees. Whether another finding has it all is asked of its bytes.
 * `ownersIn`: the owners of what such nodes dominate.
 */
export function* findSpreadOwners(
  input: FindingInput,
  ownersIn: (nodes: Uint32Array) => BytesByGroup,
): Generator<Finding & {readonly owner: number}> {
  const {owners, sizes, holders} = input;
  for (const [owner, {kind, type, name, package: path}] of owners.rows.entries()) {
    const own = owners.ownBytes[owner]!;
    const held = owners.heldBytes[owner]!;
    const bytes = own + held;
    if (!isWorthTelling('owner', {count: 0, bytes, of: sizes.live})) return; // most bytes first
    if (kind !== 'type' || isInOnePlace(holders, ownersIn, owner, bytes)) continue;
    const count = owners.ownObjects[owner]!;
    yield {
      kind: 'owner',
      owner,
      name,
      bytes,
      of: sizes.live,
      count,
      node: NONE,
      type,
      group: NONE,
      sentence: `${name} has ${amount(bytes, sizes.live)}, in ${countOf(count, 'object')} with what hangs on them, in several places.`,
      evidence: {package: path, own_bytes: own, held_bytes: held, retained: owners.retained[owner]!},
      fix: `Ask which of the places that keep ${name} need all of them, and how large each must be.`,
      next: `goheap objects INPUT --owner '${name}'`,
      nodes: new Uint32Array(),
    };
  }
}

/** Whether one row of the holders has nearly all of it. */
function isInOnePlace(holders: readonly HolderRow[], ownersIn: (nodes: Uint32Array) => BytesByGroup, owner: number, bytes: Bytes): boolean {
  return holders.some(({retained, nodes}) => {
    if (retained < SAME_NODES * bytes || nodes.length === 0) return false;
    return (ownersIn(nodes).get(owner) ?? 0) >= SAME_NODES * bytes;
  });
}
