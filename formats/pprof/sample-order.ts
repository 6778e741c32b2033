/**
 * The paths of a tree → the order of their samples: depth first, the part with the most bytes first. So whatever shows samples in the order
 * of the file, such as the time order of speedscope, has one block for each path, and the biggest on the left.
 */
import {buildCsr} from '../../src/base/csr.js';
import {NONE} from '../../src/base/units.js';
import {type PathTree, TOP} from './path-tree.js';

/** Every path of the tree once, the one without a frame first. Equal parts are in the order in which they were found. */
export function orderPaths(tree: PathTree): Uint32Array {
  const {count} = tree;
  const parent = tree.parent.data.slice(0, count);
  parent[TOP] = NONE;
  const below = bytesBelow(tree);
  const {first, item} = buildCsr(parent, count);
  for (let path = 0; path < count; path++) {
    // From the smallest on: the last one that waits is taken first.
    item.subarray(first[path]!, first[path + 1]!).sort((a, b) => below[a]! - below[b]! || b - a);
  }
  const order = new Uint32Array(count);
  const waiting = [TOP];
  for (let at = 0; waiting.length > 0; at++) {
    const path = waiting.pop()!;
    order[at] = path;
    for (let index = first[path]!; index < first[path + 1]!; index++) waiting.push(item[index]!);
  }
  return order;
}

/** Per path: Bytes of the objects at it and at what continues it. */
export function bytesBelow(tree: PathTree): Float64Array {
  const below = tree.bytes.data.slice(0, tree.count);
  for (let path = tree.count - 1; path > TOP; path--) below[tree.parent.data[path]!]! += below[path]!;
  return below;
}
