/**
 * runtime.allgs and runtime.allm, and the layouts of g and m: stacks have bounds that their saved stack pointers respect, ids
 * are unique, a g and its m point to each other, and the ms form a chain.
 * Truth: runtime/runtime2.go (g, m, gobuf), proc.go (allgadd, mcommoninit, newproc1), Go 1.17 – 1.27.
 */
import type {Address} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {type FoundSlice, isAddress, MOST_WRONG, sample} from './find-slices.js';
import type {LayoutGuess} from './layout-guess.js';
import type {Words} from './read-range.js';

const G = 'runtime.g';
const M = 'runtime.m';
const MOST_GOROUTINES = 256;
const MOST_MACHINES = 1 << 20;
const LARGEST_ID = 2 ** 48;
const SCAN_BIT = 0x1000;
const HIGHEST_STATUS = 11;
/** Statuses of goroutines whose state is saved in their g: runnable, waiting. */
const SAVED = [1, 4];
const DEAD = [0, 6, 11];
/** Linux gives no higher thread ids. */
const HIGHEST_THREAD = 2 ** 22;

/** Facts that agree with the slice being allgs; 0 when more than a few goroutines contradict. */
export function weighGoroutines(image: MemoryImage, layouts: LayoutGuess, slice: FoundSlice): number {
  const size = layouts.structs.get(G)!.size;
  const ids = new Set<number>();
  let [count, wrong, facts] = [0, 0, 0];
  for (const g of sample(image, slice, MOST_GOROUTINES)) {
    count++;
    if (isAddress(g) && !image.isMapped(g, size)) continue; // a truncated dump lacks some
    const found = isAddress(g) ? weighGoroutine(image, layouts, g, ids) : undefined;
    if (found === undefined) wrong++;
    else facts += found;
    if (wrong > count / MOST_WRONG) return 0;
  }
  return facts;
}

/** Undefined when it cannot be a g. A dead one tells nothing. */
function weighGoroutine(image: MemoryImage, layouts: LayoutGuess, g: Address, ids: Set<number>): number | undefined {
  const at = (field: string) => g + layouts.offset(G, field);
  const [lo, hi] = [image.word(at('stack')), image.word(at('stack') + 8)];
  const status = image.u32(at('atomicstatus')) & ~SCAN_BIT;
  if (!(lo < hi || (lo === 0 && hi === 0)) || hi - lo > 2 ** 33 || lo % 8 !== 0 || status > HIGHEST_STATUS) return undefined;
  if (DEAD.includes(status)) return 0;
  const id = image.word(at('goid'));
  if (lo === 0 || id === 0 || id > LARGEST_ID || ids.has(id)) return undefined;
  ids.add(id);
  const sched = (field: string) => image.word(at('sched') + layouts.offset('runtime.gobuf', field));
  const isSaved = sched('g') === g && sched('sp') >= lo && sched('sp') <= hi;
  if (SAVED.includes(status) && !isSaved) return undefined;
  const machine = image.word(at('m'));
  if (machine !== 0 && !isMachine(image, layouts, machine)) return undefined;
  return 2 + (isSaved ? 1 : 0) + (isPlausible(image.word(at('waitsince')), image.word(at('gopc'))) ? 1 : 0);
}

/** Times are nanoseconds since some start, or 0; a goroutine was created by code, or by nobody. */
function isPlausible(since: number, gopc: Address): boolean {
  return since < 2 ** 60 && (gopc === 0 || (gopc >= 4096 && gopc < 2 ** 48));
}

/** Whether a struct there is an m, by its g0; `weighMachines` asks more. */
function isMachine(image: MemoryImage, layouts: LayoutGuess, at: Address): boolean {
  if (!isAddress(at) || !image.isMapped(at, layouts.structs.get(M)!.size)) return false;
  const g0 = image.word(at + layouts.offset(M, 'g0'));
  const back = g0 + layouts.offset(G, 'm');
  return isAddress(g0) && image.isMapped(back, 8) && image.word(back) === at;
}

/** Variables that hold the address of an m, whatever the layout behind its first field: address of the variable → the m. */
export function findMachinePointers(image: MemoryImage, layouts: LayoutGuess, variables: readonly Words[]): Map<Address, Address> {
  const found = new Map<Address, Address>();
  for (const {start, values} of variables) {
    for (let i = 0; i < values.length; i++)
      if (values[i] !== 0 && isMachine(image, layouts, values[i]!)) found.set(start + i * 8, values[i]!);
  }
  return found;
}

/** Facts about the chain of all ms that starts at `head`; 0 when one contradicts, or when the chain lacks one of `known`. */
export function weighMachines(image: MemoryImage, layouts: LayoutGuess, head: Address, known: Iterable<Address>): number {
  const chain = new Set<Address>();
  const threads = new Set<number>();
  let facts = 0;
  for (let m = head; m !== 0 && chain.size < MOST_MACHINES; m = image.word(m + layouts.offset(M, 'alllink'))) {
    if (chain.has(m) || !isMachine(image, layouts, m)) return 0;
    chain.add(m);
    const found = weighMachine(image, layouts, m, threads);
    if (found === 0) return 0;
    facts += found;
  }
  for (const m of known) if (!chain.has(m)) return 0;
  // Every program has a thread that watches the others; a chain of one is a field that happens to be 0.
  return chain.size > 1 ? facts : 0;
}

function weighMachine(image: MemoryImage, layouts: LayoutGuess, m: Address, threads: Set<number>): number {
  const word = (field: string) => image.word(m + layouts.offset(M, field));
  const belongs = (g: Address) => isAddress(g) && image.isMapped(g, 64) && image.word(g + layouts.offset(G, 'm')) === m;
  const [signal, current, thread] = [word('gsignal'), word('curg'), word('procid')];
  if ((signal !== 0 && !belongs(signal)) || (current !== 0 && !belongs(current))) return 0;
  if (thread > HIGHEST_THREAD || (thread !== 0 && threads.has(thread))) return 0;
  threads.add(thread);
  return 1 + [signal, current, thread].filter((value) => value !== 0).length;
}
