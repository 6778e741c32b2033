/**
 * Leaked goroutines → why: one could wake another when its own stack leads to what the other waits for. Those that no other one could wake are
 * causes; the rest follow from them. Goroutines that wait for each other, or for the same thing, are one cause together.
 */
import {computeStrongComponents} from '../analyses/strong-components.js';
import {getBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {buildCsr, type Csr} from '../base/csr.js';
import {remember} from '../base/remember.js';
import {NONE, type NodeIndex} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import type {LeakedGoroutines} from './leaked-goroutines.js';

/** Per leaked goroutine, in the order of `leaked`. */
export interface LeakCauses {
  readonly causeOf: Uint32Array; // the first goroutine of the cause that it follows from, or is of itself: an index into `leaked`
  readonly isCause: Uint8Array;
}

const G = ROOT_KINDS.indexOf('g');

/** O(what the leaked goroutines lead to). */
export function findLeakCauses(graph: HeapGraph, leaks: LeakedGoroutines): LeakCauses {
  const links = linkLeaked(graph, leaks);
  const {count, component} = computeStrongComponents(links);
  const follows = new Uint8Array(count);
  for (let node = 0; node < component.length; node++) {
    for (let link = links.first[node]!; link < links.first[node + 1]!; link++) {
      const to = component[links.item[link]!]!;
      if (to !== component[node]) follows[to] = 1;
    }
  }
  const isCause = Uint8Array.from(leaks.leaked, (_, index) => 1 - follows[component[index]!]!);
  return {causeOf: followCauses(links, isCause), isCause};
}

/** Leaked goroutines, numbered from 0, then what lies between them and what others of them wait for. */
function linkLeaked(graph: HeapGraph, {leaked, marked, skipped}: LeakedGoroutines): Csr {
  const {roots, edges, waits, goroutines} = graph;
  const numberOf = new Uint32Array(nodeCount(graph));
  const nodes: Column<Uint32Array> = new Column(Uint32Array);
  const first = new Column(Uint32Array);
  const item = new Column(Uint32Array);
  const linkTo = (node: NodeIndex) => {
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
      const target = edges.target[edge]!;
      if (getBit(marked, target) || getBit(skipped, edge)) continue;
      if (numberOf[target] === 0) {
        nodes.push(target);
        numberOf[target] = leaked.length + nodes.length; // one more than its number
      }
      item.push(numberOf[target] - 1);
    }
  };
  const nodesOf = buildCsr(roots.goroutine, goroutines.count);
  for (const row of leaked) {
    first.push(item.length);
    for (let at = nodesOf.first[row]!; at < nodesOf.first[row + 1]!; at++) {
      if (roots.kind[nodesOf.item[at]!] !== G) linkTo(nodesOf.item[at]! + 1);
    }
  }
  const waiters = new Map<NodeIndex, number[]>();
  const indexOf = new Map(leaked.map((row, index) => [row, index]));
  for (let wait = 0; wait < waits.count; wait++) {
    const index = indexOf.get(waits.goroutine[wait]!);
    if (index !== undefined && waits.object[wait] !== NONE) remember(waiters, waits.object[wait]!, () => [] as number[]).push(index);
  }
  for (let at = 0; at < nodes.length; at++) {
    first.push(item.length);
    linkTo(nodes.data[at]!);
    for (const index of waiters.get(nodes.data[at]!) ?? []) item.push(index);
  }
  first.push(item.length);
  return {first: first.finish(), item: item.finish()};
}

function followCauses({first, item}: Csr, isCause: Uint8Array): Uint32Array {
  const causeOf = new Uint32Array(first.length - 1).fill(NONE);
  const pending: number[] = [];
  for (let cause = 0; cause < isCause.length; cause++) {
    if (isCause[cause] === 0 || causeOf[cause] !== NONE) continue;
    causeOf[cause] = cause;
    pending.push(cause);
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (let link = first[at]!; link < first[at + 1]!; link++) {
        const to = item[link]!;
        if (causeOf[to] !== NONE) continue;
        causeOf[to] = cause;
        pending.push(to);
      }
    }
  }
  return causeOf.slice(0, isCause.length);
}
