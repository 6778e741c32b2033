/**
 * A runtime type → the words of its values that hold pointers, as the collector sees them.
 * Truth: internal/abi/type.go (GCData, TFlagGCMaskOnDemand, KindGCProg), reflect's and the compiler's type masks, Go 1.17 – 1.27.
 * Masks that the program itself builds on demand, and GC programs, are derived from the type's structure instead: arrays
 * repeat their element, structs their fields.
 */
import {listBits} from '../../base/bitset.js';
import {GoheapError} from '../../base/errors.js';
import {remember} from '../../base/remember.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';
import {KIND} from './kinds.js';
import {hasShiftedOffsets, scansTypeWords} from './type-format.js';

export interface PointerMask {
  readonly size: Bytes; // of one value
  readonly words: Uint32Array; // word numbers that hold pointers, ascending, all below size / 8
}

/** internal/abi.Type, the same in all versions since Go 1.14. */
const TYPE = {size: 0, ptrBytes: 8, tflag: 20, kind: 23, gcData: 32, structSize: 48} as const;
const KIND_MASK = 31;
const KIND_GC_PROGRAM = 64; // Go 1.23 and older
const TFLAG_MASK_ON_DEMAND = 16; // Go 1.24 and newer
/** A single type of more pointer words than this is damage, not a program. */
const MAX_WORDS = 2 ** 28;
/** More than any type has. */
const MAX_FIELDS = 65_536;

export class PointerMasks {
  readonly #go: Pick<GoRuntime, 'image' | 'minor' | 'warnings'>;
  readonly #known = new Map<Address, PointerMask | undefined>();
  readonly #derived = new Map<Address, Uint32Array>(); // also of parts, which a type may have many of

  constructor(go: Pick<GoRuntime, 'image' | 'minor' | 'warnings'>) {
    this.#go = go;
  }

  /** Undefined when there is no sound type at the address. */
  find(type: Address): PointerMask | undefined {
    let mask = this.#known.get(type);
    if (mask === undefined && !this.#known.has(type)) {
      mask = this.#read(type);
      this.#known.set(type, mask);
    }
    return mask;
  }

  #read(type: Address): PointerMask | undefined {
    const {image, minor, warnings} = this.#go;
    const problem = `The type at ${hex(type)} cannot be read, the pointers of its values are unknown`;
    return warnings.attempt<PointerMask | undefined>('type-unreadable', problem, undefined, () => {
      const size = image.word(type + TYPE.size);
      const ptrBytes = image.word(type + TYPE.ptrBytes);
      if (size === 0 || ptrBytes > size || ptrBytes % 8 !== 0 || ptrBytes / 8 > MAX_WORDS) return undefined;
      const onDemand = minor >= 24 && (image.u8(type + TYPE.tflag) & TFLAG_MASK_ON_DEMAND) !== 0;
      const program = minor <= 23 && (image.u8(type + TYPE.kind) & KIND_GC_PROGRAM) !== 0;
      if (onDemand || program) return {size, words: this.derive(type)};
      return {size, words: this.#decode(image.word(type + TYPE.gcData), ptrBytes / 8)};
    });
  }

  #decode(address: Address, bits: number): Uint32Array {
    return listBits(this.#go.image.bytes(address, (bits + 7) >>> 3), bits);
  }

  /** The mask from the type's structure, whatever mask the type brings. Throws `bad-format` when it makes no sense. */
  derive(type: Address): Uint32Array {
    return this.#wordsOf(type, 0);
  }

  #wordsOf(type: Address, depth: number): Uint32Array {
    return remember(this.#derived, type, () => this.#deriveWords(type, depth));
  }

  /** `depth` guards against a type that contains itself. */
  #deriveWords(type: Address, depth: number): Uint32Array {
    const {image} = this.#go;
    if (image.word(type + TYPE.ptrBytes) === 0) return new Uint32Array(0);
    if (depth > 100) throw new GoheapError('bad-format', `the type at ${hex(type)} contains itself`);
    switch (image.u8(type + TYPE.kind) & KIND_MASK) {
      case KIND.chan:
      case KIND.func:
      case KIND.map:
      case KIND.pointer:
      case KIND.slice:
      case KIND.string:
      case KIND.unsafePointer:
        return Uint32Array.of(0);
      case KIND.interface:
        return scansTypeWords(this.#go.minor) ? Uint32Array.of(0, 1) : Uint32Array.of(1); // the type word leads to data that is no heap object
      case KIND.array:
        return this.#arrayWords(type, depth);
      case KIND.struct:
        return this.#structWords(type, depth);
      default:
        throw new GoheapError('bad-format', `the type at ${hex(type)} has pointers but no kind that can hold them`);
    }
  }

  #arrayWords(type: Address, depth: number): Uint32Array {
    const {image} = this.#go;
    const element = image.word(type + TYPE.structSize);
    const length = image.word(type + TYPE.structSize + 16);
    const stride = image.word(element + TYPE.size) / 8;
    const inner = this.#wordsOf(element, depth + 1);
    if (inner.length * length > MAX_WORDS)
      throw new GoheapError('limit', `the array type at ${hex(type)} has ${length} elements with pointers`);
    const words = new Uint32Array(inner.length * length);
    for (let i = 0, at = 0; i < length; i++) for (const word of inner) words[at++] = word + i * stride;
    return words;
  }

  #structWords(type: Address, depth: number): Uint32Array {
    const {image} = this.#go;
    const fields = image.word(type + TYPE.structSize + 8);
    const count = image.word(type + TYPE.structSize + 16);
    if (count > MAX_FIELDS) throw new GoheapError('bad-format', `the type at ${hex(type)} claims ${count} fields`);
    const words: number[] = [];
    for (let i = 0; i < count; i++) {
      const fieldType = image.word(fields + i * 24 + 8);
      const third = image.word(fields + i * 24 + 16);
      const offset = (hasShiftedOffsets(this.#go.minor) ? Math.floor(third / 2) : third) / 8;
      for (const word of this.#wordsOf(fieldType, depth + 1)) words.push(word + offset);
      if (words.length > MAX_WORDS) throw new GoheapError('limit', `the type at ${hex(type)} has more than ${MAX_WORDS} pointers`);
    }
    return Uint32Array.from(words);
  }
}
