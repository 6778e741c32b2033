/**
 * The contract between producers and consumers: the heap as frozen columns, no JavaScript object per heap object.
 *
 * Nodes share one id space: node 0 is the program, nodes 1 … roots.count are root nodes, then come the objects in
 * address order. Pointers are in CSR form per node. Addresses and sizes of objects are not stored: they follow from the
 * span table (`objects.ts` has the accessors). docs/model.md "Ownership of words" says which root node owns which word.
 * Nothing here knows Go's runtime, ELF or files; once frozen, nothing changes it.
 */
import type {Address, Bytes, NodeIndex, StringIndex, TypeIndex} from '../base/units.js';
import type {Warning} from '../base/warnings.js';

/** The names of `SpanTable.state`, by number. */
export const SPAN_STATES = ['dead', 'in-use', 'manual'] as const;
/** How a span is known, by number: from the runtime's own record of it, or from what pointers lead to because the dump lacks that record. */
export const SPAN_EVIDENCE = ['runtime', 'walk'] as const;
/**
 * The heap's page runs, sorted by address, disjoint. Only `in-use` spans hold objects; `manual` ones are stacks and runtime buffers.
 * A heap without spans, as of Java, has one for each object: neighbours of one size are rare there, and columns are as narrow as its values.
 */
export interface SpanTable {
  readonly count: number;
  readonly start: Float64Array; // Address, ascending
  readonly length: Uint32Array | Float64Array; // Bytes, a multiple of the page size
  readonly slotSize: Uint32Array | Float64Array; // Bytes; 0 when not in use
  readonly state: Uint8Array; // SPAN_STATES
  readonly slots: Uint8Array | Uint32Array; // number of slots; 0 when not in use
  readonly allocated: Uint8Array | Uint32Array; // slots that hold an object
  readonly tail: Float64Array; // Bytes behind the last slot, the runtime's inline bits included
  readonly scan: Uint8Array; // 1: its objects hold pointers
  readonly header: Uint8Array; // Bytes the runtime puts in front of each object's data: 0 or 8; of Java's arrays 12 to 24
  readonly evidence: Uint8Array; // SPAN_EVIDENCE
}

/** How the type of an object is known, strongest last but for `unknown`. The names are those of `objects.evidence` in schema.sql. */
export const EVIDENCE = ['unknown', 'runtime', 'guess', 'frame', 'global', 'local', 'field', 'element', 'interface', 'header'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** Rows are objects in address order. Use the accessors in `objects.ts` for address, size, header, used. */
export interface ObjectTable {
  readonly count: number;
  readonly firstObject: Uint32Array; // per span, plus one: span s holds objects [firstObject[s], firstObject[s + 1])
  readonly slot: Uint16Array; // number of the object's slot in its span
  readonly type: Uint16Array | Uint32Array; // TypeIndex of one element; 0 = unknown
  readonly length: Uint16Array | Uint32Array; // elements of that type, 1 for a single value, 0 for unknown types; LONG_LENGTH: as longLength says, if it does
  readonly longLength: ReadonlyMap<number, number>; // object index → length, for the few that the column has no room for
  readonly evidence: Uint8Array; // EVIDENCE
}
export const LONG_LENGTH = 0xffff;

/** The names of `RootTable.kind`, by number. */
export const ROOT_KINDS = [
  'unknown',
  'goroutine', // the stack words of a goroutine that no variable names; its locals are its children
  'global', // a package-level variable, or adjacent words of data/bss that no variable leads to
  'local', // a variable of a frame; child of its goroutine
  'conservative', // words of one frame that the collector itself scans without a pointer map
  'register', // registers of a thread that ran Go code
  'g', // what a goroutine's g struct points to; child of its goroutine
  'finalizer', // a finalizer special, or an entry of the finalizer queue
  'finalizer-object', // what an otherwise unreachable object with a finalizer points to
  'cleanup', // a cleanup special, or an entry of the cleanup queue
  'weak-handle', // the handle behind a weak pointer
  'runtime', // other queues and caches that the runtime scans
  'static', // nameless data behind a package-level variable; child of what alone points to it
  'class', // of Java: classes that are never unloaded
  'jni', // of Java: what native code holds by references of the JVM
  'monitor', // of Java: what is locked or waited for
  'native', // of Java: what lies on stacks of native code
  'vm', // of Java: other lists of the virtual machine
] as const;
export type RootKind = (typeof ROOT_KINDS)[number];

/** Row r is node r + 1. */
export interface RootTable {
  readonly count: number;
  readonly parent: Uint32Array; // NodeIndex: 0, the goroutine's node, or what alone points to static data
  readonly kind: Uint8Array; // ROOT_KINDS
  readonly type: Uint32Array; // TypeIndex of the variable; 0 = unknown
  readonly name: Uint32Array; // StringIndex
  readonly address: Float64Array; // Address of the storage; NaN when it lives in registers
  readonly size: Float64Array; // Bytes of that storage; NaN when unknown
  readonly goroutine: Uint32Array; // row of GoroutineTable; NONE when it has none
  readonly frame: Uint32Array; // row of FrameTable; NONE when it has none
  readonly object: Uint32Array; // NodeIndex a finalizer, cleanup or weak handle belongs to; NONE when it has none
  readonly file: Uint32Array; // StringIndex of the declaration
  readonly line: Uint32Array; // 0 = unknown
  readonly variable: Float64Array; // of static data: Address of the variable that it is called by; NaN for others
}

/** Pointers: node n owns edges [firstEdge[n], firstEdge[n + 1]), in ascending slot order. */
export interface EdgeTable {
  readonly count: number;
  readonly firstEdge: Uint32Array; // per node, plus one
  readonly wordBytes: 4 | 8; // unit of `slot`: pointers begin at multiples of it. 8 of Go; 4 of Java, where references may have 4 bytes
  readonly slot: Uint32Array; // offset of the pointer inside its owner, in words, header included
  readonly target: Uint32Array; // NodeIndex of the object pointed into
  readonly notFollowed: Uint32Array; // the few edges with `followed` = 0 (docs/model.md), ascending: no analysis uses them
  readonly interiorEdge: Uint32Array; // the few edges that point elsewhere than at the start of the target's data, ascending
  readonly interiorOffset: Float64Array; // Bytes into the target's slot (header included), for each of these
}

/** reflect.Kind's names, by its numbers; 0 is unknown. */
export const TYPE_KINDS = [
  'unknown',
  'bool',
  'int',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'uintptr',
  'float32',
  'float64',
  'complex64',
  'complex128',
  'array',
  'chan',
  'func',
  'interface',
  'map',
  'ptr',
  'slice',
  'string',
  'struct',
  'unsafe.Pointer',
] as const;
export type TypeKind = (typeof TYPE_KINDS)[number];

/** Row 0 is the unknown type: name '', kind unknown, size 0. */
export interface TypeTable {
  readonly count: number;
  readonly name: readonly string[]; // Go's name with full package paths; unique per row is not promised (two local types may share a name)
  readonly package: readonly string[]; // import path of a named type; '' otherwise
  readonly kind: Uint8Array; // TYPE_KINDS
  readonly size: Float64Array; // Bytes
  readonly pointerWords: Float64Array; // words of one value that hold pointers
  readonly element: Uint32Array; // TypeIndex of a pointer's, slice's, array's, chan's or map's elements; 0 when there is none
  readonly key: Uint32Array; // TypeIndex of a map's keys; 0 otherwise
  readonly length: Float64Array; // of an array type; 0 otherwise
  readonly runtimeAddress: Float64Array; // Address of the runtime's type; NaN when it has none
  readonly firstField: Uint32Array; // per type, plus one: type t owns fields [firstField[t], firstField[t + 1])
  readonly fieldName: readonly string[];
  readonly fieldOffset: Float64Array; // Bytes
  readonly fieldType: Uint32Array; // TypeIndex
}

/** Columns, not objects: a leak can be a million goroutines. Dead goroutines have no row. */
export interface GoroutineTable {
  readonly count: number;
  readonly id: Float64Array; // goid
  readonly root: Uint32Array; // NodeIndex of its root node
  readonly status: Uint32Array; // StringIndex: running, runnable, waiting, syscall, …
  readonly waitReason: Uint32Array; // StringIndex
  readonly waitSeconds: Float64Array; // at least; NaN when it does not wait, or nothing is known
  readonly waitAtMost: Float64Array; // seconds; NaN also when nothing bounds it
  readonly waitExact: Uint8Array; // 1: waitSeconds is within 2 s of the truth
  readonly blocked: Uint8Array; // 1: only what WaitTable lists for it can let it run; 2: the dump cannot say
  readonly system: Uint8Array; // 1: runtime.NumGoroutine does not count it
  readonly entryFunction: Uint32Array; // StringIndex: the first that a person wrote
  readonly createdBy: Uint32Array; // StringIndex: the function that ran the go statement
  readonly file: Uint32Array; // StringIndex: where the go statement is
  readonly line: Uint32Array;
  readonly stackStart: Float64Array; // Address of the lowest byte of its stack
  readonly stackBytes: Float64Array; // Bytes
  readonly group: Uint32Array; // goroutines with equal stacks share a number
  readonly labels: Uint32Array; // StringIndex of a JSON object; 0 = none
  readonly firstFrame: Uint32Array; // per goroutine, plus one: its frames, innermost first
}
/** The names of `WaitTable.how`, by number. */
export const WAIT_KINDS = ['send', 'receive', 'sync'] as const;
/** What blocked goroutines wait for: a row a channel or lock, in the order of their rows and of the runtime's list; none where nothing can wake them. */
export interface WaitTable {
  readonly count: number;
  readonly goroutine: Uint32Array; // row of GoroutineTable, ascending
  readonly how: Uint8Array; // WAIT_KINDS
  readonly address: Float64Array; // Address of the channel; of a lock the semaphore or the list of those that wait, inside of it
  readonly object: Uint32Array; // NodeIndex of the object that it is or lies in; NONE outside of the heap
  readonly type: Uint32Array; // TypeIndex of a channel's elements; 0 = unknown, or no channel
  readonly sudog: Uint32Array; // NodeIndex of the runtime's record of the wait, which keeps none of what it names alive by itself; NONE outside of the heap
}
/** Calls: an inlined one is a frame of its own in that of the function that made it. A stack trace shows those that are no wrappers. */
export interface FrameTable {
  readonly count: number;
  readonly functionName: Uint32Array; // StringIndex
  readonly inlined: Uint8Array; // 1: it shares the frame of the next row that is not inlined
  readonly wrapper: Uint8Array; // 1: made by the compiler, hidden from people
  readonly file: Uint32Array; // StringIndex
  readonly line: Uint32Array;
  readonly pc: Float64Array; // Address
  readonly sp: Float64Array; // Address
  readonly size: Float64Array; // Bytes; NaN for inlined calls
  readonly omitted: Uint32Array; // calls that a stack trace would show between this one and the next row, of a deep stack
}

/** What one part of the address space is used for; the rows sum up to the union of what was dumped and the executable's own segments. */
export interface MemoryUse {
  readonly category: string;
  readonly part: string;
  readonly bytes: Bytes;
  readonly touched: Bytes; // of them, those in pages of the core that are not all zero: resident, or swapped out, if no file's
  /** Of the row of all objects: pages that are all zero or not in the core, where the dump has any. Start and end by turns, ascending. */
  readonly untouched?: Float64Array; // Address
}
/** The part of the heap's memory that all objects are, before the analyses tell garbage from what is reachable. */
export const ALL_OBJECTS = 'objects';

/** A place that allocated, as the runtime's memory profile counted it. */
export interface AllocationSite {
  readonly stack: readonly {readonly function: string; readonly file: string; readonly line: number}[]; // innermost first
  readonly objectSize: Bytes; // of each object allocated there
  readonly allocations: number; // samples since the program started
  readonly frees: number; // samples
  readonly objectsPerSample: number; // 1 and more
}
/** The objects that the profile had sampled: a few, chosen at random by their bytes. */
export interface AllocationTable {
  readonly sites: readonly AllocationSite[];
  readonly object: Uint32Array; // NodeIndex, ascending
  readonly site: Uint32Array; // row of `sites`
}

/** For whom a timer is, by number: time.AfterFunc; time.NewTimer, After and tickers; time.Sleep; a connection's deadline; anything else. */
export const TIMER_KINDS = ['function', 'channel', 'sleep', 'deadline', 'runtime'] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];
/** Timers that will fire. */
export interface TimerTable {
  readonly count: number;
  readonly address: Float64Array; // Address of the runtime's struct
  readonly object: Uint32Array; // NodeIndex of the object that it is in; NONE outside the heap
  readonly kind: Uint8Array; // TIMER_KINDS
  readonly when: Float64Array; // seconds since 1970; NaN: never, or not known
  readonly left: Float64Array; // seconds from the dump on; NaN: never, or not known
  readonly period: Float64Array; // seconds; 0: once
  readonly functionName: Uint32Array; // StringIndex: what it calls
  readonly argument: Uint32Array; // NodeIndex of what it calls it with: a closure, a channel; NONE outside the heap
}

/** Everything later stages may know. Holds no reference to the core file. */
export interface HeapGraph {
  readonly spans: SpanTable;
  readonly objects: ObjectTable;
  readonly roots: RootTable;
  readonly edges: EdgeTable;
  readonly types: TypeTable;
  readonly goroutines: GoroutineTable;
  readonly frames: FrameTable;
  readonly waits: WaitTable;
  readonly memory: readonly MemoryUse[];
  readonly allocations: AllocationTable;
  readonly timers: TimerTable;
  readonly itabs: {readonly address: Float64Array; readonly type: Uint32Array}; // ascending; to decode non-empty interfaces
  readonly functions: {readonly address: Float64Array; readonly name: readonly string[]}; // where their code starts, ascending; to name function values
  /** Offsets that `values` needs to decode maps, channels and closures: struct → field → bytes. `values` compares no Go versions. */
  readonly valueLayouts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The `meta` keys (formats/sqlite/README.md) that the stages know: go_version, goarch, executable, build_id, … */
  readonly metadata: Readonly<Record<string, string | number>>;
  readonly strings: readonly string[]; // strings[0] is ''
  readonly warnings: readonly Warning[];
}

/** The part of a graph that says who points to whom and how big everything is: all that reachability and dominators need. */
export type GraphStructure = Pick<HeapGraph, 'spans' | 'roots'> & {
  readonly edges: Omit<EdgeTable, 'interiorEdge' | 'interiorOffset'>;
  readonly objects: Pick<ObjectTable, 'count' | 'firstObject'>;
};

/** The dump's bytes, on demand: the only way from a consumer back to the core file. By address, because strings lie in rodata and variables on stacks. */
export interface Contents {
  /** Undefined where the dump has no bytes. The result may be a view into a cache: do not keep or change it. */
  bytes(address: Address, length: Bytes): Uint8Array | undefined;
}

/** The program's node. */
export const PROGRAM: NodeIndex = 0;
export type {Address, Bytes, NodeIndex, StringIndex, TypeIndex};
