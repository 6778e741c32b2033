/**
 * The frames of one stack as columns, innermost first: a stack that overflowed has ten million of them. What all frames at one instruction share is
 * their call site, and where a frame ends follows from it. A frame becomes an object when somebody asks for it.
 */
import {Column} from '../../base/columns.js';
import type {Address, Bytes} from '../../base/units.js';
import type {Architecture} from '../arch.js';
import type {CallSite, GoFunction} from '../functions/function-table.js';
import {WORD} from '../words.js';

export interface StackBounds {
  readonly lo: Address;
  readonly hi: Address; // exclusive
}
export interface StackFrame {
  readonly fn: GoFunction;
  readonly pc: Address; // the return address, but for the innermost frame
  readonly sp: Address;
  readonly fp: Address; // end of the frame: the caller's sp
  readonly varp: Address; // end of the local variables
  readonly argp: Address; // start of the arguments
  /** It did not call the frame before it: a signal handler put that there, and `pc` is the instruction that was interrupted. */
  readonly interrupted: boolean;
}
/** An address-taken variable of a frame: words from the frame's end. */
export interface StackObject {
  readonly start: number;
  readonly end: number; // exclusive
  readonly words: Int32Array; // its pointers
}

/** Functions that save all registers of the code they interrupted into their own frame. */
export const REGISTER_SAVES: ReadonlySet<string> = new Set(['runtime.asyncPreempt', 'runtime.debugCallV2']);
export const SIGPANIC = 'runtime.sigpanic';
/** Functions that the runtime's signal handler makes interrupted code call. */
export const INJECTED: ReadonlySet<string> = new Set([SIGPANIC, ...REGISTER_SAVES]);

/** Deep stacks have small frames; what is not used of a column takes no memory. */
const USUAL_FRAME: Bytes = 128;

export class StackFrames {
  readonly bounds: StackBounds;
  readonly #arch: Architecture;
  readonly #sites: readonly CallSite[];
  readonly #site: Column<Uint32Array>; // its number
  readonly #sp: Column<Uint32Array>; // words above bounds.lo

  /** `sites`: of the function table. */
  constructor(arch: Architecture, sites: readonly CallSite[], bounds: StackBounds) {
    this.#arch = arch;
    this.#sites = sites;
    this.bounds = bounds;
    const usual = Math.ceil((bounds.hi - bounds.lo) / USUAL_FRAME);
    this.#site = new Column(Uint32Array, usual);
    this.#sp = new Column(Uint32Array, usual);
  }

  get length(): number {
    return this.#site.length;
  }

  /** `at`: where it begins, in words from the start of the stack. */
  push(site: CallSite, at: number): void {
    this.#site.push(site.number);
    this.#sp.push(at);
  }

  siteOf(frame: number): CallSite {
    return this.#sites[this.#site.data[frame]!]!;
  }
  spOf(frame: number): Address {
    return this.bounds.lo + this.#sp.data[frame]! * WORD;
  }
  fpOf(frame: number): Address {
    return this.bounds.lo + this.endOf(frame) * WORD;
  }
  /** Where it ends: words from the start of the stack. */
  endOf(frame: number): number {
    return this.#sp.data[frame]! + this.siteOf(frame).frameWords;
  }

  at(frame: number): StackFrame {
    const {fn, pc} = this.siteOf(frame);
    const [sp, fp] = [this.spOf(frame), this.fpOf(frame)];
    const interrupted = frame > 0 && INJECTED.has(this.siteOf(frame - 1).fn.name);
    return {fn, pc, sp, fp, varp: variablesEnd(this.#arch, sp, fp), argp: fp + this.#arch.minFrameSize, interrupted};
  }

  /** The frame that begins last at or below a word from the start of the stack; −1 when all begin above it. */
  findAt(wanted: number): number {
    const begin = this.#sp.data;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (begin[middle]! <= wanted) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** The caller's frame pointer is saved behind the variables; on arm64 that of the frame itself lies below sp. */
export function variablesEnd(arch: Architecture, sp: Address, fp: Address): Address {
  const end = fp - arch.pushedByCall;
  return end > sp ? end - 8 : end;
}
