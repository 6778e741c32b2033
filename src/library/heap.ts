/**
 * The public shapes of the library: what docs/library.md explains. Types only.
 * Nouns are O(1), verbs work, plurals iterate lazily, undefined is "not known". A heap belongs to one thread;
 * once closed, its columns stay usable and its bytes are gone.
 */
import type {ExporterOption, FormatExporter} from '../../formats/exporter.js';
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import type {WhatIf} from '../answers/what-if.js';
import type {Work} from '../base/progress.js';
import type {Bytes} from '../base/units.js';
import type {Warning} from '../base/warnings.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import type {NodeId, ValueAddress} from '../values/identity.js';
import type {Type} from '../values/type-view.js';
import type {Decoders, Value} from '../values/value.js';

export interface OpenOptions extends Work {
  /** The program's file; without it, searched where the core says and beside the core. */
  readonly executable?: string | undefined;
  /** Separate debug information. */
  readonly debugFile?: string | undefined;
  /** Where the dumped machine's file system is mounted. */
  readonly sysroot?: string | undefined;
  /** Go on although the executable does not belong to the core. */
  readonly forceMismatch?: boolean | undefined;
  /** Of several files of the process that have a Go runtime each, the one to read: its path or name. Without it, the executable, else the one with most heap. */
  readonly module?: string | undefined;
  /** The program's version of Go (`1.23`), where it does not say or goheap does not know it. */
  readonly goVersion?: string | undefined;
  /** How a Java virtual machine laid its objects out (`compressed`, `compact`, …); without it, as where they lie tells. */
  readonly jvmLayout?: string | undefined;
  /** Where a compressed core is unpacked to (a file without a name, gone with `close`); without it, the system's folder for temporary files. */
  readonly temporaryFolder?: string | undefined;
  /** Threads that may work on a core at a time; without it, as many as the machine runs at a time. The result is the same for any number. */
  readonly threads?: number | undefined;
  /** `analyze` will be called: for a core, begin on a second thread as soon as its pointers are read. */
  readonly analyze?: boolean | undefined;
  /** By full type name: what `Value.decode` makes of the user's own types. */
  readonly decoders?: Decoders | undefined;
}

/** A program's heap. `analyze` adds what needs the dominator tree. */
export interface Heap extends AsyncDisposable {
  /** The `meta` keys (formats/sqlite/README.md) that are known: go_version, goarch, executable, build_id, … */
  readonly info: Readonly<Record<string, string | number>>;
  /** False when parts of the input were unreadable: see `warnings`. */
  readonly complete: boolean;
  readonly warnings: readonly Warning[];
  /** The columns behind everything here, frozen. Their layout may change any time (`goheap/unstable`). */
  readonly columns: HeapGraph;
  /** By full name, as in `map[string]*net/http.Request`. */
  type(name: string): Type | undefined;
  /** Live objects in address order. Throws `usage` for a type name that the program lacks. */
  objects(filter?: ObjectFilter): Selection;
  /** Root nodes, of one kind or all. Throws `usage` for a kind that does not exist. */
  roots(kind?: string): Iterable<NodeId>;
  goroutines(): Iterable<Goroutine>;
  /** The object whose slot holds the address, else the root variable whose storage does. Throws `usage` for what is no number. */
  at(address: number): NodeId | undefined;
  /** A checked number, as SQL gives it. Throws `usage` when there is no such node. */
  id(number: number): NodeId;
  node(id: NodeId): Node;
  /** The variable or object; an array when the allocation holds several values. */
  value(id: NodeId): Value;
  /**
   * A package-level variable by name. Throws `usage` when the program has none. A database keeps those with a pointer into the heap, which
   * are root nodes: of any other name the value is missing as 'not-kept'.
   */
  global(name: string): Value;
  /** The pointers out of a node, by offset. */
  references(id: NodeId): Iterable<Edge>;
  /** The pointers into a node. The first call indexes all edges. */
  referrers(id: NodeId): Iterable<Edge>;
  /**
   * Paths from a root node to this one, each from another root node and through pointers of which `avoid` is false: of an analyzed heap
   * the telling path, then those with the fewest pointers first. With `shortest` these alone.
   */
  paths(id: NodeId, avoid?: (edge: Edge) => boolean, options?: {readonly shortest?: boolean | undefined}): Iterable<Path>;
  /** The analysis' result, computed once per heap and function. */
  once<T>(analysis: (heap: this) => T): T;
  /** Reachability, dominators, retained sizes. Rejects with `signal.reason` when aborted. */
  analyze(work?: Work): Promise<AnalyzedHeap>;
  close(): Promise<void>;
}

export interface AnalyzedHeap extends Heap {
  readonly columns: HeapGraph & AnalysisColumns;
  /** What would be garbage without this node; undefined for garbage. */
  retained(id: NodeId): Bytes | undefined;
  /** What these nodes retain together: one traversal. */
  retainedTogether(ids: Iterable<NodeId>): Bytes;
  /** The nearest node that every path to this one goes through; undefined for the program and for garbage. */
  dominator(id: NodeId): NodeId | undefined;
  /** The nodes whose dominator this is, biggest first. The first call indexes all nodes. */
  dominated(id: NodeId): Iterable<NodeId>;
  /** What becomes garbage when this one pointer is set to nil. */
  releases(edge: Edge): Bytes;
  /** What becomes garbage when all of these go at once, of which types and owners, and who still holds the rest. The first call finds the owners. */
  whatIf(cuts: Cuts): WhatIf;
  /** What leaks, is kept without need or wasted, as `goheap suspects` tells it: problems first. Computed once. */
  suspects(): readonly Suspect[];
}

/** docs/findings.md explains the kinds. */
export interface Suspect {
  readonly rank: number; // from 1
  readonly level: 'problem' | 'note';
  readonly kind: string;
  /** The variable, type or function that it is about. */
  readonly name: string;
  /** Where to look. */
  readonly node?: NodeId | undefined;
  /** The full name of the type that it is about. */
  readonly type?: string | undefined;
  /** What it costs, stacks included. */
  readonly bytes: Bytes;
  /** 0 to 1. */
  readonly share: number;
  /** Of what the sentence counts. */
  readonly count: number;
  readonly sentence: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly fix: string;
  /** A command that shows more, with INPUT for the file. */
  readonly next: string;
}

/** What is to go. */
export interface Cuts {
  /** Pointers that are set to nil. */
  readonly cut?: readonly Edge[] | undefined;
  /** Objects and root nodes; a goroutine with its locals, a variable with the static data that it alone points to. */
  readonly drop?: readonly NodeId[] | undefined;
}

export interface ObjectFilter {
  /** A full type name, or a pattern for it. */
  readonly type?: string | RegExp | undefined;
  readonly minBytes?: Bytes | undefined;
  /** Without it, only what the roots reach. */
  readonly garbage?: 'include' | 'only' | undefined;
}

/** Lazy, and iterable again and again. */
export interface Selection extends Iterable<NodeId> {
  where(test: (id: NodeId) => boolean): Selection;
  count(): number;
  /** The sum of the slots' sizes. */
  bytes(): Bytes;
}

export interface Node {
  readonly id: NodeId;
  /** 'program', a root's kind (goroutine, global, local, …) or 'object'. */
  readonly kind: string;
  /** A variable's name, `goroutine 17`, or the type's name. */
  readonly name: string;
  /** Of the slot or the variable. */
  readonly address?: ValueAddress | undefined;
  /** The slot of an object; a root's own storage, 0 where it has none. */
  readonly size: Bytes;
  /** What the type needs of the slot. */
  readonly used?: Bytes | undefined;
  readonly type?: Type | undefined;
  /** How the type is known: header, global, field, …; 'unknown' when it is not. */
  readonly evidence: string;
}

/** One pointer. */
export interface Edge {
  readonly source: NodeId;
  /** Bytes into the source's slot (header included) or storage. */
  readonly offset: Bytes;
  readonly target: NodeId;
  /** As Go would write it: `items`, `[3].Next`. */
  readonly field?: string | undefined;
}

export interface Path extends Iterable<Edge> {
  /** `main.cache.items[3].next` */
  toString(): string;
}

export interface Frame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** Whether the compiler put the function's body into the next frame that is not inlined. */
  readonly inlined: boolean;
  /** Root nodes of kind local. */
  readonly locals: readonly NodeId[];
  /** Calls between this frame and the next that are left out: of a deep stack only the innermost and the outermost ones are kept. */
  readonly omitted: number;
}

export interface Goroutine {
  readonly id: number;
  readonly node: NodeId;
  readonly status: string;
  readonly waitReason?: string | undefined;
  /** How long it has waited, or been in a system call: seconds, at least; within 2 s of the truth where `waitExact`. Undefined when nothing is known. */
  readonly waitSeconds?: number | undefined;
  readonly waitExact?: boolean | undefined;
  /** Seconds; undefined when nothing bounds it. */
  readonly waitAtMost?: number | undefined;
  /** Innermost first. */
  readonly frames: readonly Frame[];
}

/** A rule about a heap; yields what breaks it. */
export interface Check {
  readonly name: string;
  readonly summary: string;
  run(heap: AnalyzedHeap): Iterable<{readonly message: string; readonly node?: NodeId | undefined}>;
}

export type {ExporterOption};

/** Writes an analyzed heap to a new file. `writeHeap` gives it a temporary path and renames the file at the end. */
export interface Exporter<Options extends object = object> extends Omit<FormatExporter<Options>, 'write'> {
  write(heap: AnalyzedHeap, path: string, options: Options, work: Work): Promise<void>;
}
