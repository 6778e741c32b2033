/**
 * A goroutine's frames → the stack words that the collector would scan: locals and arguments by stack map, address-taken
 * variables (stack objects) as far as a live pointer leads to them, whole frames where it is conservative itself.
 * Truth: runtime/mgcmark.go (scanstack, scanframeworker), stkframe.go (getStackMap), Go 1.17 – 1.27.
 */
import {createBitset, getBit, setBit} from '../../base/bitset.js';
import {Column} from '../../base/columns.js';
import {type Address, hex} from '../../base/units.js';
import {ARCHITECTURES} from '../arch.js';
import {ARGS_UNKNOWN, FUNCDATA} from '../functions/function-table.js';
import type {GoRuntime} from '../go-runtime.js';
import {findReflectArguments, REFLECT_STUBS, reflectStackObjects} from './reflect-stubs.js';
import {REGISTER_SAVES, type StackBounds, type StackFrame, type StackObject, type StackStart} from './unwind.js';

export interface ScannedStack {
  /** Addresses of words that hold live pointers, in no order, without duplicates. */
  readonly words: Float64Array;
  /** Per conservatively scanned frame: all its words. They may repeat words of other frames' arguments. */
  readonly conservative: readonly {readonly frame: number; readonly words: readonly Address[]}[];
}

/** A stack as it was unwound. */
export interface WalkedStack {
  readonly frames: readonly StackFrame[];
  readonly start: StackStart;
  readonly bounds: StackBounds;
}

/**
 * `seeds` are addresses on this stack that are known from elsewhere (panic and defer records, registers): what they lead to is live.
 * `moving`: the stack may be in the middle of being copied, and pointers into it may still lead to where it was: then all of it is live.
 */
export function scanStack(go: GoRuntime, {frames, start, bounds}: WalkedStack, seeds: readonly Address[], moving: boolean): ScannedStack {
  const scanner = new StackScanner(go, bounds);
  scanner.scanFrames(frames, start.at === 'anywhere');
  for (const seed of seeds) scanner.reach(seed);
  if (moving) scanner.reachAllObjects();
  scanner.scanReachedObjects();
  return {words: scanner.words.finish(), conservative: scanner.conservative};
}

class StackScanner {
  readonly #go: GoRuntime;
  readonly #stack: StackBounds;
  readonly #objects: StackObject[] = [];
  readonly #reached: Address[] = [];
  readonly words = new Column(Float64Array, 16);
  readonly #found: Uint8Array; // bit per word of the stack: it is in `words`
  readonly conservative: {frame: number; words: Address[]}[] = [];

  constructor(go: GoRuntime, stack: StackBounds) {
    this.#go = go;
    this.#stack = stack;
    this.#found = createBitset((stack.hi - stack.lo) / 8);
  }

  scanFrames(frames: readonly StackFrame[], stoppedAnywhere: boolean): void {
    let conservative = stoppedAnywhere;
    frames.forEach((frame, number) => {
      const saved = REGISTER_SAVES.has(frame.fn.name);
      if (conservative || saved) this.#scanConservatively(frame, number);
      else if (frame.continuation !== 0) this.#scanPrecisely(frame);
      // A frame that saved the registers of its parent stands between two calls of it: the parent's own map is not valid either.
      conservative = saved;
    });
  }

  /** Remembers a pointer into this stack. */
  reach(address: Address): void {
    if (address >= this.#stack.lo && address < this.#stack.hi) this.#reached.push(address);
  }

  reachAllObjects(): void {
    for (const object of this.#objects) this.reach(object.start);
  }

  scanReachedObjects(): void {
    const objects = this.#objects.sort((a, b) => a.start - b.start);
    const done = new Set<StackObject>();
    for (let address = this.#reached.pop(); address !== undefined; address = this.#reached.pop()) {
      const object = findObject(objects, address);
      if (!object || done.has(object)) continue;
      done.add(object);
      for (const offset of object.words) this.#addWord(object.start + offset);
    }
  }

  #scanPrecisely(frame: StackFrame): void {
    const {fn} = frame;
    // The return address may belong to the next statement: the call itself is one byte before it.
    const index = frame.continuation === fn.entry ? -1 : this.#go.functions.stackMap(fn, frame.continuation - 1);
    const map = Math.max(0, index);
    if (frame.varp > frame.sp) this.#scanMap(this.#go.functions.funcdata(fn, FUNCDATA.localsPointerMaps), map, frame.varp, true);
    if (REFLECT_STUBS.has(fn.name)) {
      for (const offset of findReflectArguments(this.#go, frame)) this.#addWord(frame.argp + offset);
      this.#objects.push(...reflectStackObjects(this.#go, frame));
      return;
    }
    if (fn.args !== 0) this.#scanMap(this.#go.functions.funcdata(fn, FUNCDATA.argsPointerMaps), map, frame.argp, false);
    this.#addStackObjects(frame);
  }

  /** Bit i of a locals map stands for the word at varp − 8·nbit + 8·i, of an arguments map for argp + 8·i. */
  #scanMap(maps: Address | undefined, index: number, base: Address, endsAtBase: boolean): void {
    if (maps === undefined) return;
    const {image} = this.#go;
    const count = image.i32(maps);
    const bits = image.i32(maps + 4);
    if (index >= count || bits <= 0) return;
    const bytes = image.bytes(maps + 8 + index * ((bits + 7) >>> 3), (bits + 7) >>> 3).slice();
    const start = endsAtBase ? base - bits * 8 : base;
    for (let bit = 0; bit < bits; bit++) if (getBit(bytes, bit)) this.#addWord(start + bit * 8);
  }

  #addStackObjects(frame: StackFrame): void {
    for (const {offset, size, words} of this.#go.functions.stackObjects(frame.fn)) {
      const start = (offset < 0 ? frame.varp : frame.argp) + offset;
      if (start < frame.sp) continue; // not allocated yet at this point of the function
      this.#objects.push({start, end: start + size, words});
    }
  }

  #scanConservatively(frame: StackFrame, number: number): void {
    const words: Address[] = [];
    const injected = REGISTER_SAVES.has(frame.fn.name) ? ARCHITECTURES[this.#go.image.arch].pushedByInjectedCall : 0;
    for (let at = frame.sp; at < frame.varp + injected; at += 8) words.push(at);
    const argumentBytes = frame.fn.args === ARGS_UNKNOWN ? 0 : frame.fn.args;
    for (let at = frame.argp; at < Math.min(frame.argp + argumentBytes, this.#stack.hi); at += 8) words.push(at);
    const present = words.filter((at) => this.#isPresent(at));
    for (const at of present) this.reach(this.#go.image.word(at));
    this.conservative.push({frame: number, words: present});
  }

  #addWord(address: Address): void {
    const {lo, hi} = this.#stack;
    if (address < lo || address + 8 > hi || getBit(this.#found, (address - lo) / 8)) return;
    setBit(this.#found, (address - lo) / 8);
    if (!this.#isPresent(address)) return;
    this.words.push(address);
    this.reach(this.#go.image.word(address));
  }

  #isPresent(address: Address): boolean {
    if (this.#go.image.isMapped(address, 8)) return true;
    this.#go.warnings.add(
      'stack-missing',
      `The word at ${hex(address)} of a stack is not in the dump: what only such words hold looks unreachable.`,
    );
    return false;
  }
}

function findObject(objects: readonly StackObject[], address: Address): StackObject | undefined {
  let low = 0;
  let high = objects.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (objects[middle]!.start <= address) low = middle + 1;
    else high = middle;
  }
  const object = objects[low - 1];
  return object && address < object.end ? object : undefined;
}
