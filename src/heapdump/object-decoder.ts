/**
 * The memory of a small WebAssembly module (assembly/decode-objects.ts), which reads the objects of a span: a window of the dump, the span that is being
 * listed, and the bytes of a span as they lay in memory.
 */
import {type CompiledModule, type ExportedNumber, growTo, instantiate} from '../base/compiled-module.js';
import type {Address, Bytes} from '../base/units.js';
import {PAGE} from '../runtime/memory/arena-table.js';

/** What the processor's cache holds: the kernel copies the file to there. */
export const DUMP_WINDOW: Bytes = 1 << 20;
/** Numbers are read by the word, also the last one of the window. */
const SPARE: Bytes = 64;
/** No class has longer spans. */
const LONGEST_SPAN: Bytes = 16 * PAGE;
/** A page of slots of 8 bytes has most of them. */
const MOST_SLOTS = PAGE / 8;
const MOST_WORDS = LONGEST_SPAN / 8;
const BITS = 32;

/** Numbers of the span. `end`: exclusive; `size`: of a slot, 0 while there is no span; `behind`: address behind the last object. */
export const SPAN = {start: 0, end: 1, size: 2, behind: 3, hasFields: 4} as const;
const SPAN_NUMBERS = 5;

/** What assembly/decode-objects.ts exports. */
interface Decoder extends CompiledModule {
  readonly position: ExportedNumber;
  memoryBase(): number;
  layOutSpan(span: number, slots: number, bits: number): void;
  listObjects(from: number, end: number): void;
  copyObjects(from: number, end: number, start: number, length: number, output: number): void;
}

export class ObjectDecoder {
  readonly window: Uint8Array;
  /** Indexed by SPAN. */
  readonly span: Float64Array;
  /** Of the span of small objects: 32 slots a number, and 32 words a number. */
  readonly slots: Int32Array;
  readonly bits: Uint32Array;
  readonly #output: Uint8Array;
  readonly #decoder: Decoder;

  constructor() {
    const decoder = instantiate<Decoder>('heapdump/decode-objects.wasm');
    const [slotNumbers, bitNumbers] = [MOST_SLOTS / BITS, MOST_WORDS / BITS + 2];
    const span = decoder.memoryBase();
    const slots = span + 8 * SPAN_NUMBERS;
    const bits = slots + 4 * slotNumbers;
    const window = bits + 4 * bitNumbers;
    const output = window + DUMP_WINDOW + SPARE;
    growTo(decoder, output + LONGEST_SPAN);
    const {buffer} = decoder.memory;
    this.span = new Float64Array(buffer, span, SPAN_NUMBERS);
    this.slots = new Int32Array(buffer, slots, slotNumbers);
    this.bits = new Uint32Array(buffer, bits, bitNumbers);
    this.window = new Uint8Array(buffer, window, DUMP_WINDOW);
    this.#output = new Uint8Array(buffer, output, LONGEST_SPAN);
    decoder.layOutSpan(span, slots, bits);
    this.#decoder = decoder;
  }

  /** Notes the records in the window from `at` on and before `end`, as far as they are whole objects of the span, one behind the other. Returns how many bytes that is. */
  list(at: number, end: number): Bytes {
    const from = this.window.byteOffset + at;
    this.#decoder.listObjects(from, this.window.byteOffset + end);
    return this.#decoder.position.value - from;
  }

  /**
   * The `length` bytes of memory from `start` on, whose objects lie in the window from `at` to `end`: what was listed there, and is of one span. Valid until
   * the next call.
   */
  copy(at: number, end: number, start: Address, length: Bytes): Uint8Array {
    const {byteOffset} = this.window;
    this.#decoder.copyObjects(byteOffset + at, byteOffset + end, start, length, this.#output.byteOffset);
    return this.#output.subarray(0, length);
  }
}
