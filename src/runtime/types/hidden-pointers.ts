/**
 * The few structures that the runtime allocates as memory without pointers although they hold some: their targets are kept
 * alive in other ways, or lie outside of the heap. Truth: runtime/chan.go (makechan), runtime/iface.go (itabAdd), Go 1.17 – 1.27.
 */

const NAMES = /^(?:hchan<|runtime\.(?:hchan|itabTableType)$)/;

/** Whether a structure of this name may lie in memory that the collector does not look at. A channel does when its elements hold no pointers or it has no room for any. */
export function mayHidePointers(name: string): boolean {
  return NAMES.test(name);
}
