/**
 * A goroutine's live stack words → which of them belong to a local variable, and to which one. A word is live when the collector
 * scans it; a variable only gives it a name. Of several variables in one place that of the outermost function counts.
 * What a blocked send or select holds lies in a slot without a variable: the runtime tells where and of which type.
 * Without DWARF nothing else has a name, and all other words stay with the goroutine.
 */
import {lowerBound} from '../../base/lower-bound.js';
import type {Address} from '../../base/units.js';
import {holdsInnermost, instructionOf} from '../../runtime/functions/logical-frames.js';
import type {GoRuntime} from '../../runtime/go-runtime.js';
import type {ChannelWait} from '../../runtime/goroutines/channel-waits.js';
import type {GoroutineState} from '../../runtime/goroutines/goroutine-reader.js';
import type {LocalPart, LocalVariables} from '../../runtime/goroutines/local-variables.js';
import {findTarget, type Target} from '../find-objects.js';
import type {RootBuilder} from './root-builder.js';

/** A variable with live words: a root node to be. */
export interface LiveLocal {
  readonly part: LivePart;
  readonly depth: number; // of its physical frame
  readonly address: Address; // NaN: in a register
  readonly words: readonly Address[];
}
/** What a root node needs of a variable. */
export interface LivePart extends Pick<LocalPart, 'name' | 'typeDie' | 'size' | 'line' | 'inlineDepth' | 'register'> {
  readonly typeAddress?: Address; // its runtime type, where that is known instead
}
export interface LiveLocals {
  readonly locals: readonly LiveLocal[];
  readonly named: ReadonlySet<Address>; // all their words
  readonly registers: ReadonlySet<number>; // the registers among them, by DWARF number
}

/** What a blocked send or select would send, as a variable's name. */
const SENT = '‹sent›';

export function findLiveLocals(go: GoRuntime, variables: LocalVariables, goroutine: GoroutineState, roots: RootBuilder): LiveLocals {
  const {frames, registers} = goroutine;
  const interrupted = holdsInnermost(go, registers, frames);
  const finder = new LocalFinder(go, goroutine, roots);
  for (let depth = 0; go.dwarf && depth < frames.length; depth++) {
    const pc = instructionOf(frames, depth, interrupted);
    for (const part of pc === frames[depth]!.pc ? variables.at(pc) : variables.afterCall(pc + 1)) {
      if (part.register < 0) finder.addMemory(part, depth);
      else if (depth === 0 && interrupted) finder.addRegister(part, registers[part.register]);
    }
  }
  for (const wait of goroutine.channelWaits) if (wait.direction === 'send') finder.addSent(wait);
  return finder;
}

class LocalFinder implements LiveLocals {
  readonly locals: LiveLocal[] = [];
  readonly named = new Set<Address>();
  readonly registers = new Set<number>();
  readonly #go: GoRuntime;
  readonly #goroutine: GoroutineState;
  readonly #roots: RootBuilder;
  readonly #words: Float64Array; // ascending
  readonly #conservative = new Map<number, ReadonlySet<Address>>(); // words by depth of the frame
  readonly #target: Target = {object: 0, offset: 0};

  constructor(go: GoRuntime, goroutine: GoroutineState, roots: RootBuilder) {
    this.#go = go;
    this.#goroutine = goroutine;
    this.#roots = roots;
    this.#words = goroutine.scanned.words.slice().sort();
    for (const {frame, words} of goroutine.scanned.conservative) this.#conservative.set(frame, new Set(words));
  }

  addMemory(part: LocalPart, depth: number): void {
    const address = this.#goroutine.frames[depth]!.fp + part.frameOffset;
    const words: Address[] = [];
    for (let i = lowerBound(this.#words, address); this.#words[i]! < address + part.size; i++) this.#claim(this.#words[i]!, words);
    const conservative = this.#conservative.get(depth);
    if (conservative) {
      for (const word of conservative) {
        if (word >= address && word + 8 <= address + part.size && part.isPointer(word - address)) this.#claim(word, words);
      }
    }
    if (words.length > 0) this.locals.push({part, depth, address, words});
  }

  /** The value of a send that waits, where no variable has its words. */
  addSent({value, elementType, elementSize}: ChannelWait): void {
    const depth = this.#goroutine.frames.findIndex(({sp, fp}) => value >= sp && value < fp);
    if (depth < 0) return;
    const words: Address[] = [];
    for (let i = lowerBound(this.#words, value); this.#words[i]! < value + elementSize; i++) this.#claim(this.#words[i]!, words);
    if (words.length === 0) return;
    const part = {name: SENT, typeDie: undefined, typeAddress: elementType, size: elementSize, line: 0, inlineDepth: 0, register: -1};
    this.locals.push({part, depth, address: value, words});
  }

  addRegister(part: LocalPart, value: number | undefined): void {
    if (value === undefined || this.registers.has(part.register) || !part.isPointer(0)) return;
    if (!findTarget(this.#roots.index, value, this.#target)) return;
    this.registers.add(part.register);
    this.locals.push({part, depth: 0, address: Number.NaN, words: []});
  }

  #claim(word: Address, words: Address[]): void {
    if (this.named.has(word) || !this.#roots.isLive(word, this.#go.image.word(word))) return;
    this.named.add(word);
    words.push(word);
  }
}
