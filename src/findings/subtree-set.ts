/**
 * Nodes with all that they dominate, as a set: how many bytes two sets share, and whose bytes are in one. Subtrees of one tree are nested or
 * disjoint, so the shared part of two is one of them whole, and no set is ever listed node by node.
 */

import type {ToldHeap} from '../answers/told-heap.js';
import {Column} from '../base/columns.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import {firstObjectNode} from '../graph/objects.js';

type Tree = Pick<ToldHeap, 'columns' | 'preorder'>;

/** Bytes by number of a group. */
export type BytesByGroup = ReadonlyMap<number, Bytes>;

export class SubtreeSet {
  readonly #tree: Tree;
  /** The topmost nodes, by position; those that retain nothing are left out. */
  readonly tops: Uint32Array;
  readonly bytes: Bytes;

  /** Garbage is in no set. O(nodes) where they are in the tree's order, else O(nodes log nodes). */
  constructor(tree: Tree, nodes: Uint32Array) {
    this.#tree = tree;
    this.tops = topmostOf(tree, nodes);
    let bytes = 0;
    for (let at = 0; at < this.tops.length; at++) bytes += tree.columns.retained[this.tops[at]!]!;
    this.bytes = bytes;
  }

  /** Bytes in both. O(topmost nodes of both). */
  sharedWith(other: SubtreeSet): Bytes {
    let bytes = 0;
    for (let own = 0, its = 0; own < this.tops.length && its < other.tops.length; ) {
      const [a, b] = [this.tops[own]!, other.tops[its]!];
      if (this.#endOf(a) <= this.#startOf(b)) own++;
      else if (this.#endOf(b) <= this.#startOf(a)) its++;
      else {
        const isOwnInner = this.#sizeOf(a) <= this.#sizeOf(b);
        bytes += this.#tree.columns.retained[isOwnInner ? a : b]!;
        if (isOwnInner) own++;
        else its++;
      }
    }
    return bytes;
  }

  /** Whether it is in one of the subtrees. O(log topmost nodes). */
  has(node: NodeIndex): boolean {
    const start = this.#startOf(node);
    let low = 0;
    let high = this.tops.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#startOf(this.tops[middle]!) <= start) low = middle + 1;
      else high = middle;
    }
    return low > 0 && start < this.#endOf(this.tops[low - 1]!);
  }

  /**
   * What the slots of its objects add up to, by the group that `groupOf` has for a node, most first; NONE is left out. An object's slot is what it retains
   * without what its children in the tree do. O(objects in it).
   */
  bytesBy(groupOf: (node: NodeIndex) => number): BytesByGroup {
    const {node: nodeAt} = this.#tree.preorder;
    const {graph, retained, dominator} = this.#tree.columns;
    const first = firstObjectNode(graph);
    const sums = new Map<number, Bytes>();
    const add = (group: number, bytes: Bytes) => {
      if (group !== NONE) sums.set(group, (sums.get(group) ?? 0) + bytes);
    };
    for (let at = 0; at < this.tops.length; at++) {
      const top = this.tops[at]!;
      const start = this.#startOf(top);
      const end = this.#endOf(top);
      for (let position = start; position < end; position++) {
        const node = nodeAt[position]!;
        const above = dominator[node]!;
        const group = groupOf(node);
        const groupAbove = node === top || above < first ? NONE : groupOf(above);
        if (group === groupAbove) continue;
        add(group, retained[node]!);
        add(groupAbove, -retained[node]!);
      }
    }
    return new Map([...sums].filter(([, bytes]) => bytes > 0).sort(([a, bytes], [b, others]) => others - bytes || a - b));
  }

  #startOf(node: NodeIndex): number {
    return this.#tree.preorder.position[node]!;
  }
  #endOf(node: NodeIndex): number {
    return this.#startOf(node) + this.#sizeOf(node);
  }
  #sizeOf(node: NodeIndex): number {
    return this.#tree.columns.retainedObjects[node]!;
  }
}

function topmostOf({columns: {retainedObjects}, preorder: {position}}: Tree, nodes: Uint32Array): Uint32Array {
  const compare = (a: NodeIndex, b: NodeIndex) => position[a]! - position[b]! || retainedObjects[b]! - retainedObjects[a]!;
  const tops = new Column(Uint32Array);
  let end = 0;
  const ordered = inOrder(nodes, compare);
  for (let at = 0; at < ordered.length; at++) {
    const node = ordered[at]!;
    if (retainedObjects[node] === 0 || position[node]! < end) continue;
    tops.push(node);
    end = position[node]! + retainedObjects[node]!;
  }
  return tops.finish();
}

/** The rows of holders are in order, with millions of nodes: sorting these would cost more than all else. */
function inOrder(nodes: Uint32Array, compare: (a: NodeIndex, b: NodeIndex) => number): Uint32Array {
  for (let index = 1; index < nodes.length; index++) if (compare(nodes[index - 1]!, nodes[index]!) > 0) return nodes.toSorted(compare);
  return nodes;
}
