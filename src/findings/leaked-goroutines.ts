/**
 * Graph → the goroutines that can never run again, by the runtime's own definition: a blocked goroutine may run when an object that it waits for
 * is reachable from what the collector starts from, or from the stack of one that may run. One traversal: what a marked object wakes begins
 * to count at once, which ends at the same set as the runtime's rounds.
 * Truth: runtime/mgc.go (findGoroutineLeaks), mgcmark.go, Go 1.26 and 1.27; older programs are judged alike.
 *
 * What a sudog waits for is not reached through it. The words of every g count, of leaked ones, too; so does all that an object
 * with a finalizer leads to. One deviation: who reaches a weak pointer may wake what waits for its object, and the runtime says leaked.
 */
import {buildSkippedEdges} from '../analyses/skipped-edges.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {buildCsr, type Csr} from '../base/csr.js';
import {remember} from '../base/remember.js';
import {NONE, type NodeIndex} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';

export interface LeakedGoroutines {
  /** Rows of GoroutineTable, ascending; without main in `select {}`, which is how programs wait for their end. */
  readonly leaked: readonly number[];
  readonly mainSelect: number | undefined; // that row: what it holds saves nobody
  readonly weakly: readonly number[]; // rows that only somebody with a weak pointer could wake: not leaked
  readonly marked: Uint8Array; // bit per node: reached from what may run. Complete where something is leaked
  readonly skipped: Uint8Array; // bit per edge: those that nothing follows, and those by which sudogs lead to what is waited for
  /** What the dump lacks: codes of its warnings. What is not there may have led to what is called leaked. */
  readonly doubts: readonly string[];
}
/** Of a goroutine, by number. */
export const VERDICTS = {alive: 0, leaked: 1, unknown: 2} as const;

const [G, FINALIZER, WEAK] = [ROOT_KINDS.indexOf('g'), ROOT_KINDS.indexOf('finalizer'), ROOT_KINDS.indexOf('weak-handle')];
const BLOCKED = 1;
/** Its remaining frames hold nothing: it counts as no loss of the dump's, and its pointers are missing. */
const INCOMPLETE_STACK = 'stack-incomplete';
const MAIN = 1; // goid
const EMPTY_SELECT = 'select (no cases)';

/** O(nodes + edges); less where nothing is leaked, which shows early. */
export function findLeakedGoroutines(graph: HeapGraph): LeakedGoroutines {
  const {goroutines, strings} = graph;
  const search = new LeakSearch(graph);
  const weakly = search.run();
  const rows = search.rows();
  const mainSelect = rows.find((row) => goroutines.id[row] === MAIN && strings[goroutines.waitReason[row]!] === EMPTY_SELECT);
  return {
    leaked: rows.filter((row) => row !== mainSelect),
    mainSelect,
    weakly,
    marked: search.marked,
    skipped: search.skipped,
    doubts: listDoubts(graph),
  };
}

/** Per row of GoroutineTable one of VERDICTS. */
export function judgeGoroutines({goroutines}: HeapGraph, {leaked, doubts}: LeakedGoroutines): Uint8Array {
  const verdicts = goroutines.blocked.map((blocked) => (blocked > BLOCKED ? VERDICTS.unknown : VERDICTS.alive));
  for (const row of leaked) verdicts[row] = doubts.length > 0 ? VERDICTS.unknown : VERDICTS.leaked;
  return verdicts;
}

function listDoubts({metadata, warnings}: HeapGraph): string[] {
  const incomplete = metadata.complete === 0 ? ['incomplete'] : [];
  return [...incomplete, ...warnings.filter(({code}) => code === INCOMPLETE_STACK).map(({code}) => code)];
}

class LeakSearch {
  readonly marked: Uint8Array;
  readonly skipped: Uint8Array;
  readonly #graph: HeapGraph;
  readonly #isBlocked: Uint8Array; // per row: 1 while nothing has been found that may wake it
  #blocked: number;
  readonly #nodesOf: Csr; // rows of root nodes by goroutine
  readonly #watched: Uint8Array; // bit per node: somebody waits for it, or it is the handle of weak pointers
  readonly #waiters = new Map<NodeIndex, number[]>();
  readonly #weakTarget = new Map<NodeIndex, NodeIndex>();
  readonly #reachedWeakly: NodeIndex[] = [];
  readonly #stack: Uint32Array;
  #depth = 0;

  constructor(graph: HeapGraph) {
    const {goroutines, roots, edges} = graph;
    this.#graph = graph;
    this.#isBlocked = goroutines.blocked.map((blocked) => (blocked === BLOCKED ? 1 : 0));
    this.#blocked = this.#isBlocked.reduce((sum, blocked) => sum + blocked, 0);
    const size = this.#blocked === 0 ? 0 : nodeCount(graph);
    this.marked = createBitset(size);
    this.#watched = createBitset(size);
    this.#stack = new Uint32Array(size);
    this.skipped = buildSkippedEdges(size === 0 ? {count: 0, notFollowed: new Uint32Array(0)} : edges);
    this.#nodesOf = buildCsr(roots.goroutine, goroutines.count);
  }

  /** Those that nothing has been found to wake. */
  rows(): number[] {
    return [...this.#isBlocked.keys()].filter((row) => this.#isBlocked[row] === 1);
  }

  /** Returns the rows that only weak pointers lead to. */
  run(): number[] {
    if (this.#blocked === 0) return [];
    this.#watchWaits();
    this.#openRoots();
    this.#trace();
    const before = this.rows();
    for (let at = 0; at < this.#reachedWeakly.length && this.#blocked > 0; at++) {
      this.#mark(this.#weakTarget.get(this.#reachedWeakly[at]!)!);
      this.#trace();
    }
    return before.filter((row) => this.#isBlocked[row] === 0);
  }

  /** Hides from the traversal what sudogs wait for. What lies outside of the heap is always there. */
  #watchWaits(): void {
    const {waits, edges} = this.#graph;
    for (let wait = 0; wait < waits.count; wait++) {
      const [row, object, sudog] = [waits.goroutine[wait]!, waits.object[wait]!, waits.sudog[wait]!];
      if (object === NONE) {
        this.#wake(row);
        continue;
      }
      remember(this.#waiters, object, () => [] as number[]).push(row);
      setBit(this.#watched, object);
      if (sudog === NONE) continue;
      for (let edge = edges.firstEdge[sudog]!; edge < edges.firstEdge[sudog + 1]!; edge++) {
        if (edges.target[edge] === object) setBit(this.skipped, edge);
      }
    }
  }

  #openRoots(): void {
    const {roots, edges} = this.#graph;
    for (let row = 0; row < roots.count; row++) {
      const [kind, object, goroutine] = [roots.kind[row]!, roots.object[row]!, roots.goroutine[row]!];
      if (kind === WEAK) this.#watchHandle(row + 1, object);
      else if (goroutine === NONE || kind === G || this.#isBlocked[goroutine] === 0) this.#mark(row + 1);
      if (kind !== FINALIZER || object === NONE) continue;
      for (let edge = edges.firstEdge[object]!; edge < edges.firstEdge[object + 1]!; edge++) {
        if (!getBit(this.skipped, edge)) this.#mark(edges.target[edge]!);
      }
    }
  }

  /** `root`: the special of an object, which alone reaches the handle and not the object. */
  #watchHandle(root: NodeIndex, object: NodeIndex): void {
    const {edges} = this.#graph;
    if (object === NONE) return;
    for (let edge = edges.firstEdge[root]!; edge < edges.firstEdge[root + 1]!; edge++) {
      const handle = edges.target[edge]!;
      this.#weakTarget.set(handle, object);
      if (getBit(this.marked, handle)) this.#reachedWeakly.push(handle);
      setBit(this.#watched, handle);
    }
  }

  #trace(): void {
    const {firstEdge, target} = this.#graph.edges;
    const [skipped, marked] = [this.skipped, this.marked];
    while (this.#depth > 0 && this.#blocked > 0) {
      const node = this.#stack[--this.#depth]!;
      const end = firstEdge[node + 1]!;
      for (let edge = firstEdge[node]!; edge < end; edge++) {
        const object = target[edge]!;
        if (!getBit(marked, object) && !getBit(skipped, edge)) this.#mark(object);
      }
    }
  }

  #mark(node: NodeIndex): void {
    if (getBit(this.marked, node)) return;
    setBit(this.marked, node);
    this.#stack[this.#depth++] = node;
    if (!getBit(this.#watched, node)) return;
    for (const row of this.#waiters.get(node) ?? []) this.#wake(row);
    if (this.#weakTarget.has(node)) this.#reachedWeakly.push(node);
  }

  #wake(row: number): void {
    if (this.#isBlocked[row] === 0) return;
    this.#isBlocked[row] = 0;
    this.#blocked--;
    const {first, item} = this.#nodesOf;
    for (let at = first[row]!; at < first[row + 1]!; at++) this.#mark(item[at]! + 1);
  }
}
