/**
 * The part of `checkGraph` that looks at every pointer: CSR order, targets, slots within their owners, and the root words.
 */
import {hex} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS} from './heap-graph.js';
import {brokenGraph, checkAscending, checkFirsts, checkLengths, requireThat} from './invariants.js';
import {firstObjectNode, nodeCount, nodeOfObject, objectOfNode, sizeOf} from './objects.js';

/** Throws `bad-format` on the first broken invariant of `graph.edges`. */
export function checkEdges(graph: HeapGraph): void {
  const {edges, roots} = graph;
  checkLengths(edges, edges.count, 'edges', [], ['firstEdge', 'notFollowed', 'interiorEdge', 'interiorOffset']);
  requireThat(edges.wordBytes === 4 || edges.wordBytes === 8, `edges.wordBytes is ${edges.wordBytes}; expected 4 or 8`);
  requireThat(edges.firstEdge.length === nodeCount(graph) + 1, 'edges.firstEdge is not one longer than the nodes');
  checkFirsts(edges.firstEdge, edges.count, 'edges.firstEdge');
  requireThat(edges.firstEdge[1] === 0, 'the program (node 0) has edges');
  for (let root = 0; root < roots.count; root++) checkOwner(graph, root + 1, roots.size[root]!);
  checkObjectOwners(graph);
  checkRareEdges(graph);
  checkRootWords(graph);
}

function checkObjectOwners(graph: HeapGraph): void {
  const {spans, objects} = graph;
  for (let span = 0; span < spans.count; span++) {
    for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) {
      checkOwner(graph, nodeOfObject(graph, object), spans.slotSize[span]!);
    }
  }
}

/** `size` may be NaN: then only the order of the slots is checked. */
function checkOwner({edges, roots}: HeapGraph, owner: number, size: number): void {
  const end = edges.firstEdge[owner + 1]!;
  const word = edges.wordBytes;
  for (let edge = edges.firstEdge[owner]!; edge < end; edge++) {
    const slot = edges.slot[edge]!;
    const target = edges.target[edge]!;
    if (slot * word + word > size) brokenGraph(`edge ${edge} starts at offset ${slot * word} of node ${owner}, which has ${size} bytes`);
    if (edge > edges.firstEdge[owner]! && slot <= edges.slot[edge - 1]!)
      brokenGraph(`slots of node ${owner} are not ascending at edge ${edge}`);
    if (target <= roots.count || target >= edges.firstEdge.length - 1)
      brokenGraph(`edge ${edge} of node ${owner} leads to ${target}, not an object`);
  }
}

function checkRareEdges(graph: HeapGraph): void {
  const {edges} = graph;
  for (const name of ['notFollowed', 'interiorEdge'] as const) {
    checkAscending(edges[name], `edges.${name}`);
    const last = edges[name].at(-1);
    if (last !== undefined && last >= edges.count) brokenGraph(`edges.${name} ends with ${last}; there are ${edges.count} edges`);
  }
  requireThat(edges.interiorOffset.length === edges.interiorEdge.length, 'edges.interiorOffset and interiorEdge differ in length');
  for (let row = 0; row < edges.interiorEdge.length; row++) {
    const target = objectOfNode(graph, edges.target[edges.interiorEdge[row]!]!)!;
    const offset = edges.interiorOffset[row]!;
    // One past the end is no pointer into the object: Go's allocator pads so that such pointers never arise.
    if (!(offset >= 0 && offset < sizeOf(graph, target)))
      brokenGraph(`edge ${edges.interiorEdge[row]} points ${offset} bytes into object ${target}`);
  }
}

/** No two root nodes own one word; `finalizer-object` nodes own copies of an object's words and are exempt, registers have no address. */
function checkRootWords(graph: HeapGraph): void {
  const {roots, edges} = graph;
  const words = new Float64Array(edges.firstEdge[firstObjectNode(graph)]!);
  let count = 0;
  for (let root = 0; root < roots.count; root++) {
    const address = roots.address[root]!;
    if (Number.isNaN(address) || ROOT_KINDS[roots.kind[root]!] === 'finalizer-object') continue;
    for (let edge = edges.firstEdge[root + 1]!; edge < edges.firstEdge[root + 2]!; edge++)
      words[count++] = address + edges.slot[edge]! * edges.wordBytes;
  }
  const sorted = words.subarray(0, count).sort();
  for (let row = 1; row < count; row++) {
    if (sorted[row] === sorted[row - 1]) brokenGraph(`two root nodes own the word at ${hex(sorted[row]!)}`);
  }
}
