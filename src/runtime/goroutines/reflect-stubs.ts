/**
 * reflect.makeFuncStub and reflect.methodValueCall: assembly whose arguments depend on the function that reflect made,
 * so that the collector finds their pointer map through the stub's own first word.
 * Truth: runtime/stkframe.go (argMapInternal, methodValueCallFrameObjs), reflect/makefunc.go, internal/abi/abi.go.
 */
import {listBits} from '../../base/bitset.js';
import {ARCHITECTURES} from '../arch.js';
import type {GoRuntime} from '../go-runtime.js';
import {WORD} from '../words.js';
import type {StackFrame, StackObject} from './stack-frames.js';

const NONE = new Int32Array(0);
export const REFLECT_STUBS: ReadonlySet<string> = new Set(['reflect.makeFuncStub', 'reflect.methodValueCall']);

/** The live pointer words among its arguments: words from the frame's end. None before the stub has stored its context. */
export function findReflectArguments(go: GoRuntime, frame: StackFrame): Int32Array {
  const {image} = go;
  const arch = ARCHITECTURES[image.arch];
  const stored = frame.sp + arch.minFrameSize;
  if (stored >= frame.fp - arch.pushedByCall) return NONE;
  const method = image.word(stored); // reflect.makeFuncCtxt {fn, stack *bitVector, argLen}
  if (!image.isMapped(method, 24) || image.word(method) !== frame.fn.entry) return NONE;
  const vector = image.word(method + 8);
  const resultsValid = image.u8(stored + 32) !== 0;
  const argumentWords = Math.floor(image.word(method + 16) / 8);
  const count = resultsValid ? image.i32(vector) : Math.min(image.i32(vector), argumentWords);
  if (count <= 0) return NONE;
  const bytes = image.bytes(image.word(vector + 8), (count + 7) >>> 3);
  return Int32Array.from(listBits(bytes, count), (word) => arch.minFrameSize / WORD + word);
}

/**
 * The register arguments, which the stub keeps as its highest local variable: integers, floats, then the integers' pointers and a bitmap.
 * `end`: where its variables end, words from the frame's end.
 */
export function reflectStackObjects(go: GoRuntime, end: number): StackObject[] {
  if (go.image.arch === 'arm64' && go.minor < 18) return []; // arguments were not passed in registers yet
  const {integer, float} = ARCHITECTURES[go.image.arch].argumentRegisters;
  const pointers = integer + float;
  const start = end - pointers - integer - Math.ceil(integer / 64);
  return [{start, end, words: Int32Array.from({length: integer}, (_, i) => start + pointers + i)}];
}
