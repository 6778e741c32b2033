/**
 * A goroutine's frames → the stack words that the collector would scan: locals and arguments by stack map, address-taken
 * variables (stack objects) as far as a live pointer leads to them, whole frames where it is conservative itself.
 * Truth: runtime/mgcmark.go (scanstack, scanframeworker), Go 1.17 – 1.27.
 */
import {createBitset, getBit, setBit} from '../../base/bitset.js';
import {Column} from '../../base/columns.js';
import {type Address, hex} from '../../base/units.js';
import {ARCHITECTURES} from '../arch.js';
import {ARGS_UNKNOWN, type CallSite} from '../functions/function-table.js';
import type {GoRuntime} from '../go-runtime.js';
import {WORD} from '../words.js';
import type {KeptFrames} from './kept-frames.js';
import {findReflectArguments} from './reflect-stubs.js';
import {REGISTER_SAVES, type StackBounds, type StackFrames, type StackObject} from './stack-frames.js';
import type {FrameMap, StackMaps} from './stack-maps.js';
import type {StackWords} from './stack-words.js';

export interface ScannedStack {
  /** Addresses of words that hold live pointers, in no order, without duplicates. */
  readonly words: Float64Array;
  /** Per conservatively scanned frame, by its place among those that are kept: all its words. They may repeat words of other frames' arguments. */
  readonly conservative: readonly {readonly frame: number; readonly words: readonly Address[]}[];
  /** Live words of the frames that are not kept, as far as they are wanted. */
  readonly omitted: OmittedWords;
}
export interface OmittedWords {
  readonly address: Float64Array;
  readonly site: readonly CallSite[]; // of the word's frame
  readonly frameOffset: Float64Array; // Bytes from the frame's end
}

/** Whether a word of a frame that is not kept is to be listed, by its value: millions of frames may hold the same few pointers. */
export type WordFilter = (value: number) => boolean;

export interface ScanOptions {
  /** At each end of the stack the frames that are kept. */
  readonly keptAtEnds: number;
  readonly wants: WordFilter;
  /** It stopped at any instruction: the map of its innermost frame is not valid. */
  readonly stoppedAnywhere: boolean;
  /** The stack may be in the middle of being copied, and pointers into it may still lead to where it was: then all of it is live. */
  readonly moving: boolean;
}

/**
 * Scans while the stack is unwound, as words come by. Places on the stack are counted in words from its start: small numbers, because a stack can
 * have 100 million words to look at.
 */
export class StackScanner {
  readonly #go: GoRuntime;
  readonly #maps: StackMaps;
  readonly #frames: StackFrames;
  readonly #options: ScanOptions;
  readonly #stack: StackBounds;
  readonly #content: StackWords;
  readonly #size: number; // words
  #next = 0; // frame to be scanned
  #keptFrom = Number.POSITIVE_INFINITY; // the first frame that is kept again
  #passed = 0; // where the objects of the frames end that were scanned
  readonly #reached: number[] = []; // places below that, whose objects are to be scanned
  readonly #seen: Uint8Array; // bit per word: a pointer leads to it
  readonly #found: Uint8Array; // bit per word: it is in `words`
  readonly #words = new Column(Float64Array, 16);
  readonly #conservative: {frame: number; words: Address[]}[] = [];
  readonly #omitted = {address: new Column(Float64Array, 0), site: [] as CallSite[], frameOffset: new Column(Float64Array, 0)};

  constructor(go: GoRuntime, maps: StackMaps, frames: StackFrames, options: ScanOptions) {
    this.#go = go;
    this.#maps = maps;
    this.#frames = frames;
    this.#options = options;
    this.#stack = frames.bounds;
    this.#content = frames.words;
    this.#size = Math.floor((this.#stack.hi - this.#stack.lo) / WORD);
    this.#found = createBitset(this.#size);
    this.#seen = createBitset(this.#size);
  }

  /** Scans the frames that are omitted whatever comes. Returns where the next one begins. */
  scanPassed(): number {
    this.#scanUntil(this.#frames.length - Math.max(1, this.#options.keptAtEnds));
    return this.#frames.beginOf(this.#next);
  }

  /** `seeds`: addresses on this stack that are known from elsewhere (panic and defer records, registers): what they lead to is live. */
  finish(kept: KeptFrames, seeds: readonly Address[]): ScannedStack {
    this.#keptFrom = kept.end;
    this.#scanUntil(this.#frames.length);
    for (const seed of seeds) this.#reach(seed);
    this.#scanReachedObjects();
    const {address, site, frameOffset} = this.#omitted;
    return {
      words: this.#words.finish(),
      conservative: this.#conservative.map(({frame, words}) => ({frame: kept.placeOf(frame)!, words})),
      omitted: {address: address.finish(), site, frameOffset: frameOffset.finish()},
    };
  }

  #scanUntil(end: number): void {
    while (this.#next < end) {
      if (this.#isKept(this.#next) || !this.#skim(Math.min(end, this.#keptFrom))) {
        const map = this.#mapOf(this.#next);
        this.#passed = this.#frames.endOf(this.#next) + map.behind;
        if (map.isConservative) this.#scanConservatively(this.#next);
        else this.#scanPrecisely(this.#next, map);
        this.#next++;
      }
      if (this.#reached.length > 0) this.#scanReachedObjects();
    }
  }

  /**
   * As #scanPrecisely, of omitted frames whose words are loaded, until there is another one or an object to scan. Of a deep stack these are nearly
   * all: no call a word, and numbers of 32 bits. Returns whether it scanned any.
   */
  #skim(until: number): boolean {
    const {halves, start, end} = this.#content;
    const {lo, hi} = this.#stack;
    const [lowest, highest] = [Math.floor(lo / 2 ** 32), Math.floor((hi - 1) / 2 ** 32)]; // high halves of the stack's addresses
    const origin = (lowest << 29) | ((lo >>> 0) >>> 3); // words below the stack, modulo 2**32
    const seen = this.#seen;
    const size = this.#size;
    const before = this.#next;
    for (; this.#next < until && this.#reached.length === 0; this.#next++) {
      const frame = this.#next;
      const map = this.#mapOf(frame);
      const base = this.#frames.endOf(frame);
      if (map.isConservative || map.isStub || base + map.first < start || base + map.last >= end) break;
      this.#passed = base + map.behind;
      const {objects} = map;
      for (let part = -1; part < objects.length; part++) {
        if (part >= 0 && !this.#isLive(base, objects[part]!)) continue;
        const {words} = part < 0 ? map : objects[part]!;
        for (let i = 0; i < words.length; i++) {
          const half = (base + words[i]! - start) << 1;
          const low = halves[half]!;
          const high = halves[half + 1]!;
          const at = (((high << 29) | (low >>> 3)) - origin) | 0;
          if (high < lowest || high > highest || at < 0 || at >= size) {
            if ((low | high) !== 0 && this.#options.wants(high * 2 ** 32 + low)) this.#addOmitted(frame, base + words[i]!, words[i]!);
            continue;
          }
          const bit = 1 << (at & 7);
          if ((seen[at >>> 3]! & bit) !== 0) continue;
          seen[at >>> 3]! |= bit;
          if (at < this.#passed) this.#reached.push(at);
        }
      }
    }
    return this.#next > before;
  }

  /** Remembers a pointer into this stack, and returns whether it is one. Most lead to the frame of a caller, which comes later. */
  #reach(address: Address): boolean {
    const {lo, hi} = this.#stack;
    if (address < lo || address >= hi) return false;
    const at = ((address - lo) / WORD) | 0;
    if (!getBit(this.#seen, at)) {
      setBit(this.#seen, at);
      if (at < this.#passed) this.#reached.push(at);
    }
    return true;
  }

  #scanReachedObjects(): void {
    for (let at = this.#reached.pop(); at !== undefined; at = this.#reached.pop()) {
      const frame = this.#frames.findAt(at);
      // The arguments of a call lie in the frame of its caller.
      if (!this.#scanObjectAt(at, frame)) this.#scanObjectAt(at, frame - 1);
    }
  }

  #scanObjectAt(at: number, frame: number): boolean {
    if (frame < 0) return false;
    const {objects} = this.#mapOf(frame);
    if (objects.length === 0) return false;
    const offset = at - this.#frames.endOf(frame);
    for (const object of objects) {
      if (offset < object.start || offset >= object.end) continue;
      this.#addWords(frame, object.words);
      return true;
    }
    return false;
  }

  /** What it holds depends on who was called: a frame that saved the registers of its caller stands between two calls of that. */
  #mapOf(frame: number): FrameMap {
    const site = this.#frames.siteOf(frame);
    if (frame > 0) return this.#maps.at(site, this.#maps.kindOf(this.#frames.siteOf(frame - 1)));
    return this.#maps.at(site, this.#options.stoppedAnywhere ? 'anywhere' : 'call');
  }

  #scanPrecisely(frame: number, map: FrameMap): void {
    this.#addWords(frame, map.words);
    if (map.isStub) this.#addWords(frame, findReflectArguments(this.#go, this.#frames.at(frame)));
    for (const object of map.objects) if (this.#isLive(this.#frames.endOf(frame), object)) this.#addWords(frame, object.words);
  }

  /** `base`: the frame's end. */
  #isLive(base: number, {start, end}: StackObject): boolean {
    if (this.#options.moving) return true;
    const behind = Math.min(base + end, this.#size);
    for (let at = base + start; at < behind; at++) if (getBit(this.#seen, at)) return true;
    return false;
  }

  #scanConservatively(number: number): void {
    const frame = this.#frames.at(number);
    const words: Address[] = [];
    const injected = REGISTER_SAVES.has(frame.fn.name) ? ARCHITECTURES[this.#go.image.arch].pushedByInjectedCall : 0;
    for (let at = frame.sp; at < frame.varp + injected; at += WORD) words.push(at);
    const argumentBytes = frame.fn.args === ARGS_UNKNOWN ? 0 : frame.fn.args;
    for (let at = frame.argp; at < Math.min(frame.argp + argumentBytes, this.#stack.hi); at += WORD) words.push(at);
    if (!this.#isKept(number)) {
      this.#addWords(
        number,
        Int32Array.from(words, (at) => (at - frame.fp) / WORD),
      );
      return;
    }
    const {lo} = this.#stack;
    const isPresent = (at: Address) => this.#content.has((at - lo) / WORD);
    for (const at of words) {
      if (isPresent(at)) this.#reach(this.#content.word((at - lo) / WORD));
      else this.#noteMissing((at - lo) / WORD);
    }
    this.#conservative.push({frame: number, words: words.filter(isPresent)});
  }

  #isKept(frame: number): boolean {
    return frame < this.#options.keptAtEnds || frame >= this.#keptFrom;
  }

  /** `offsets`: words from the frame's end. */
  #addWords(frame: number, offsets: Int32Array): void {
    const end = this.#frames.endOf(frame);
    const isKept = this.#isKept(frame);
    for (let i = 0; i < offsets.length; i++) {
      const at = end + offsets[i]!;
      if (at < 0 || at >= this.#size || (isKept && getBit(this.#found, at))) continue;
      if (!this.#content.has(at)) {
        this.#noteMissing(at);
        continue;
      }
      const value = this.#content.word(at);
      const isOwn = this.#reach(value);
      if (isKept) {
        setBit(this.#found, at);
        this.#words.push(this.#stack.lo + at * WORD);
      } else if (!isOwn && value !== 0 && this.#options.wants(value)) this.#addOmitted(frame, at, offsets[i]!);
    }
  }

  #addOmitted(frame: number, at: number, offset: number): void {
    const {address, site, frameOffset} = this.#omitted;
    address.push(this.#stack.lo + at * WORD);
    site.push(this.#frames.siteOf(frame));
    frameOffset.push(offset * WORD);
  }

  #noteMissing(at: number): void {
    const where = hex(this.#stack.lo + at * WORD);
    const cost = 'what only such words hold looks unreachable';
    this.#go.warnings.add('stack-missing', `The word at ${where} of a stack is not in the dump: ${cost}.`);
  }
}
