/**
 * Pointers of Go's own packages of which the types tell less than is known: what they lead to, and that the collector does not look at them.
 * Truth: runtime/runtime2.go, runtime/proflabel.go, runtime/chan.go (makechan), runtime/iface.go (itabAdd), sync/pool.go, poolqueue.go, map.go,
 * internal/runtime/atomic/types.go (before Go 1.24 runtime/internal/atomic), Go 1.17 – 1.27.
 */

export interface OpaquePointer {
  readonly target: string; // type of what it leads to; '' where the word before it tells, as in an interface
  readonly counted: boolean; // several values: their number is in the next word
}

const POINTERS: Readonly<Record<string, Readonly<Record<string, OpaquePointer>>>> = {
  'runtime.g': {labels: {target: 'runtime/pprof.labelMap', counted: false}},
  'sync.eface': {val: {target: '', counted: false}}, // what a pool's queue holds
  'sync.entry': {p: {target: 'interface {}', counted: false}}, // Go 1.19 and older; later it is an atomic.Pointer
  'sync.Pool': {local: {target: 'sync.poolLocal', counted: true}, victim: {target: 'sync.poolLocal', counted: true}},
};
const HIDDEN = /^(?:hchan<|runtime\.(?:hchan|itabTableType)$)/;
const ATOMIC_POINTER = /^(?:internal\/runtime|runtime\/internal)\/atomic\.Pointer\[(.+)\]$/;

/** The pointers of a struct of this name, by field. */
export function opaquePointersOf(struct: string): Readonly<Record<string, OpaquePointer>> {
  const target = ATOMIC_POINTER.exec(struct)?.[1];
  return target === undefined ? (POINTERS[struct] ?? {}) : {u: {target, counted: false}};
}

/**
 * Whether a structure of this name may lie in memory that the collector does not look at although it has pointers: their targets are kept alive
 * in other ways, or lie outside of the heap. A channel does when its elements hold no pointers or it has no room for any.
 */
export function mayHidePointers(name: string): boolean {
  return HIDDEN.test(name);
}

/** Whether a pointer to this type leads to a closure: the type has only the word that all begin with. */
export function isFunctionValue(name: string): boolean {
  return name === 'runtime.funcval';
}
