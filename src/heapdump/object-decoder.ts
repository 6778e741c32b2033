/**
 * The memory of a small WebAssembly module (assembly/decode-objects.ts), which takes the objects of a span out of a dump: the window of the dump, the bytes
 * of memory that are still to be written, and the span that is being filled.
 */
import {type CompiledModule, type ExportedNumber, growTo, instantiate} from '../base/compiled-module.js';
import type {Bytes} from '../base/units.js';
import {SPARSE_PIECE} from '../image/unpack/sparse-file.js';
import {PAGE} from '../runtime/memory/arena-table.js';

const WINDOW: Bytes = 1 << 22;
const OUTPUT: Bytes = 4 * SPARSE_PIECE;
/** A page of slots of 8 bytes has most of them; no class has longer spans. */
const MOST_SLOTS = PAGE / 8;
const MOST_WORDS = (16 * PAGE) / 8;
const BITS = 32;

/** Numbers of the span. `end`: exclusive; `size`: of a slot, 0 while there is no span; `behind`: address behind the last object. */
export const SPAN = {start: 0, end: 1, size: 2, behind: 3, hasFields: 4} as const;
const SPAN_NUMBERS = 5;

/** What assembly/decode-objects.ts exports. */
interface Decoder extends CompiledModule {
  readonly position: ExportedNumber;
  readonly written: ExportedNumber;
  memoryBase(): number;
  layOutSpan(span: number, slots: number, bits: number): void;
  decodeObjects(from: number, end: number, output: number, outputEnd: number): void;
}

export class ObjectDecoder {
  readonly window: Uint8Array;
  readonly output: Uint8Array;
  /** Indexed by SPAN. */
  readonly span: Float64Array;
  /** Of the span of small objects: 32 slots a number, and 32 words a number. */
  readonly slots: Int32Array;
  readonly bits: Uint32Array;
  readonly #decoder: Decoder;

  constructor() {
    const decoder = instantiate<Decoder>('heapdump/decode-objects.wasm');
    const [slotNumbers, bitNumbers] = [MOST_SLOTS / BITS, MOST_WORDS / BITS + 2];
    const span = decoder.memoryBase();
    const slots = span + 8 * SPAN_NUMBERS;
    const bits = slots + 4 * slotNumbers;
    const window = bits + 4 * bitNumbers;
    const output = window + WINDOW;
    growTo(decoder, output + OUTPUT);
    const {buffer} = decoder.memory;
    this.span = new Float64Array(buffer, span, SPAN_NUMBERS);
    this.slots = new Int32Array(buffer, slots, slotNumbers);
    this.bits = new Uint32Array(buffer, bits, bitNumbers);
    this.window = new Uint8Array(buffer, window, WINDOW);
    this.output = new Uint8Array(buffer, output, OUTPUT);
    decoder.layOutSpan(span, slots, bits);
    this.#decoder = decoder;
  }

  /**
   * The records in the window from `at` on and before `end`, as far as they are whole objects of the span, one behind the other; their bytes are in the output
   * from `used` on. Returns how many bytes of the window and of the output that is.
   */
  decode(at: number, end: number, used: Bytes): {readonly read: Bytes; readonly written: Bytes} {
    const [from, output] = [this.window.byteOffset + at, this.output.byteOffset + used];
    this.#decoder.decodeObjects(from, this.window.byteOffset + end, output, this.output.byteOffset + OUTPUT);
    return {read: this.#decoder.position.value - from, written: this.#decoder.written.value - output};
  }
}
