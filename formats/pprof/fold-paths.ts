/**
 * Too many paths for pprof → as many as it handles. Those with the most bytes at and below them stay, which is a tree again as a path
 * has at least what its continuations have; the objects of the others go to a rest below the longest part of their path that stayed.
 * So the total stays, and everything at and below each path that is kept.
 */
import type {PathTree} from './path-tree.js';
import {bytesBelow} from './sample-order.js';

/** `tree` afterwards has objects at no more than twice `limit` paths: `limit` of them, and a rest below each. */
export function foldPaths(tree: PathTree, limit: number): void {
  const count = tree.count;
  if (count <= limit) return;
  const keeper = new Uint32Array(count); // the longest part of the path that stays
  for (const path of biggestPaths(tree, limit)) keeper[path] = path;
  for (let path = 1; path < count; path++) {
    if (keeper[path] === path) continue;
    const above = keeper[tree.parent.data[path]!]!;
    keeper[path] = above;
    const objects = tree.objects.data[path]!;
    const bytes = tree.bytes.data[path]!;
    if (objects === 0) continue;
    tree.addObjects(path, -objects, -bytes);
    tree.addObjects(tree.rest(above), objects, bytes); // which may be this path
  }
}

function biggestPaths(tree: PathTree, limit: number): Uint32Array {
  const below = bytesBelow(tree);
  const order = Uint32Array.from(below.keys());
  order.sort((a, b) => below[b]! - below[a]! || a - b); // of equal ones the shorter path, which has the smaller number
  return order.subarray(0, limit);
}
