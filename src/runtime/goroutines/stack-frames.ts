/**
 * The frames of one stack as columns, innermost first: a stack that overflowed has ten million of them. What all frames at one instruction share is
 * their call site, and where a frame ends follows from it. A frame becomes an object when somebody asks for it.
 */
import type {Address, Bytes} from '../../base/units.js';
import {ARCHITECTURES, type Architecture} from '../arch.js';
import type {CallSite, GoFunction} from '../functions/function-table.js';
import type {GoRuntime} from '../go-runtime.js';
import {WORD} from '../words.js';
import {StackWords} from './stack-words.js';

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

/** Deep stacks have few smaller ones; what is not used of a column takes no memory. */
const USUAL_FRAME: Bytes = 64;

export class StackFrames {
  readonly bounds: StackBounds;
  readonly words: StackWords;
  readonly #arch: Architecture;
  readonly #sites: readonly CallSite[];
  #site: Uint32Array; // its number
  #begin: Uint32Array; // words above bounds.lo
  length = 0;

  constructor({image, functions}: GoRuntime, bounds: StackBounds) {
    this.#arch = ARCHITECTURES[image.arch];
    this.#sites = functions.sites;
    this.bounds = bounds;
    this.words = new StackWords(image, bounds.lo, bounds.hi);
    const usual = Math.ceil((bounds.hi - bounds.lo) / USUAL_FRAME);
    this.#site = new Uint32Array(usual);
    this.#begin = new Uint32Array(usual);
  }

  /** `at`: where it begins, in words from the start of the stack. */
  push(site: CallSite, at: number): void {
    if (this.length === this.#begin.length) this.#grow();
    this.#site[this.length] = site.number;
    this.#begin[this.length++] = at;
  }
  #grow(): void {
    const [sites, begin] = [this.#site, this.#begin];
    this.#site = new Uint32Array(2 * this.length);
    this.#site.set(sites);
    this.#begin = new Uint32Array(2 * this.length);
    this.#begin.set(begin);
  }

  siteOf(frame: number): CallSite {
    return this.#sites[this.#site[frame]!]!;
  }
  spOf(frame: number): Address {
    return this.bounds.lo + this.#begin[frame]! * WORD;
  }
  fpOf(frame: number): Address {
    return this.bounds.lo + this.endOf(frame) * WORD;
  }
  /** Where it begins: words from the start of the stack. */
  beginOf(frame: number): number {
    return this.#begin[frame]!;
  }
  /** Where it ends, likewise. */
  endOf(frame: number): number {
    return this.#begin[frame]! + this.siteOf(frame).frameWords;
  }

  at(frame: number): StackFrame {
    const {fn, pc} = this.siteOf(frame);
    const [sp, fp] = [this.spOf(frame), this.fpOf(frame)];
    const interrupted = frame > 0 && INJECTED.has(this.siteOf(frame - 1).fn.name);
    return {fn, pc, sp, fp, varp: variablesEnd(this.#arch, sp, fp), argp: fp + this.#arch.minFrameSize, interrupted};
  }

  /** The frame that begins last at or below a word from the start of the stack; −1 when all begin above it. */
  findAt(wanted: number): number {
    const begin = this.#begin;
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
