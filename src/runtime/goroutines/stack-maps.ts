/**
 * A call site → which words of a frame at it the collector scans: locals and arguments by stack map, and where its address-taken variables
 * (stack objects) lie. Read once for all frames that stand there.
 * Truth: runtime/stkframe.go (getStackMap), mgcmark.go (scanframeworker), Go 1.17 – 1.27.
 */
import {getBit} from '../../base/bitset.js';
import type {Address} from '../../base/units.js';
import {ARCHITECTURES, type Architecture} from '../arch.js';
import {type CallSite, FUNCDATA} from '../functions/function-table.js';
import type {GoRuntime} from '../go-runtime.js';
import {WORD} from '../words.js';
import {REFLECT_STUBS, reflectStackObjects} from './reflect-stubs.js';
import {REGISTER_SAVES, SIGPANIC, type StackObject, variablesEnd} from './stack-frames.js';

/** Places are words from the frame's end. */
export interface FrameMap {
  readonly words: Int32Array;
  readonly objects: readonly StackObject[];
  readonly first: number; // no word and no object begins before, of maps without stubs
  readonly last: number; // and none ends behind that word
  readonly behind: number; // how far behind the frame they reach: arguments
  /** More words depend on what the frame holds: reflect-stubs.ts. */
  readonly isStub: boolean;
  /** No map tells which of its words are pointers. */
  readonly isConservative: boolean;
}

/**
 * How a frame was left: by a call, at any instruction by something that saved its registers, or at one that failed: then a panic takes
 * the place of a call, and the frame goes on where its deferred calls return to.
 */
export type Leaving = 'call' | 'anywhere' | 'panic';

const NOTHING: FrameMap = {words: new Int32Array(0), objects: [], first: 0, last: 0, behind: 0, isStub: false, isConservative: false};
const CONSERVATIVE: FrameMap = {...NOTHING, isConservative: true};

export class StackMaps {
  readonly #go: GoRuntime;
  readonly #arch: Architecture;
  // By the site's number.
  readonly #afterCall: FrameMap[] = [];
  readonly #afterPanic: FrameMap[] = [];
  readonly #kinds: Leaving[] = [];

  constructor(go: GoRuntime) {
    this.#go = go;
    this.#arch = ARCHITECTURES[go.image.arch];
  }

  at(site: CallSite, left: Leaving): FrameMap {
    if (left === 'anywhere') return CONSERVATIVE;
    const known = left === 'call' ? this.#afterCall : this.#afterPanic;
    known[site.number] ??= this.#read(site, left);
    return known[site.number]!;
  }

  /** How the caller of such a frame was left. */
  kindOf({number, fn}: CallSite): Leaving {
    this.#kinds[number] ??= REGISTER_SAVES.has(fn.name) ? 'anywhere' : fn.name === SIGPANIC ? 'panic' : 'call';
    return this.#kinds[number]!;
  }

  #read(site: CallSite, left: Leaving): FrameMap {
    const {fn, pc} = site;
    if (REGISTER_SAVES.has(fn.name)) return CONSERVATIVE;
    const continuation = left === 'call' ? pc : fn.deferreturn && fn.entry + fn.deferreturn + 1;
    if (continuation === 0) return NOTHING; // it never goes on, and nothing in it is live
    const {functions} = this.#go;
    // The return address may belong to the next statement: the call itself is one byte before it.
    const map = Math.max(0, continuation === fn.entry ? -1 : functions.stackMap(fn, continuation - 1));
    const variables = variablesEnd(this.#arch, -site.frameWords * WORD, 0) / WORD;
    const hasVariables = variables > -site.frameWords;
    const locals = hasVariables ? this.#wordsOf(functions.funcdata(fn, FUNCDATA.localsPointerMaps), map, variables, true) : [];
    const isStub = REFLECT_STUBS.has(fn.name);
    if (isStub) return {...NOTHING, words: Int32Array.from(locals), objects: reflectStackObjects(this.#go, variables), isStub};
    const parameters = this.#arch.minFrameSize / WORD;
    const args = fn.args === 0 ? [] : this.#wordsOf(functions.funcdata(fn, FUNCDATA.argsPointerMaps), map, parameters, false);
    const objects = functions.stackObjects(fn).map(({offset, size, words}): StackObject => {
      const start = (offset < 0 ? variables : parameters) + offset / WORD;
      return {start, end: start + size / WORD, words: Int32Array.from(words, (word) => start + word / WORD)};
    });
    // What begins before the frame is not allocated yet at this point of the function.
    const there = objects.filter(({start}) => start >= -site.frameWords);
    const behind = Math.max(0, ...there.map(({end}) => end));
    const words = Int32Array.of(...locals, ...args);
    const first = Math.min(words[0] ?? 0, ...there.map(({start}) => start));
    return {words, objects: there, first, last: Math.max(words.at(-1) ?? 0, behind - 1), behind, isStub, isConservative: false};
  }

  /** Bit i of a locals map stands for word i of those up to `base`, of an arguments map for word i from it on. */
  #wordsOf(maps: Address | undefined, index: number, base: number, endsAtBase: boolean): number[] {
    if (maps === undefined) return [];
    const {image} = this.#go;
    const count = image.i32(maps);
    const bits = image.i32(maps + 4);
    if (index >= count || bits <= 0) return [];
    const bytes = image.bytes(maps + 8 + index * ((bits + 7) >>> 3), (bits + 7) >>> 3);
    const start = endsAtBase ? base - bits : base;
    const words: number[] = [];
    for (let bit = 0; bit < bits; bit++) if (getBit(bytes, bit)) words.push(start + bit);
    return words;
  }
}
