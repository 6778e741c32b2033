/**
 * reflect.makeFuncStub and reflect.methodValueCall: assembly whose arguments depend on the function that reflect made,
 * so that the collector finds their pointer map through the stub's own first word.
 * Truth: runtime/stkframe.go (argMapInternal, methodValueCallFrameObjs), reflect/makefunc.go, internal/abi/abi.go; amd64.
 */
import {listBits} from '../base/bitset.js';
import type {Bytes} from '../base/units.js';
import type {GoRuntime} from './go-runtime.js';
import type {StackFrame, StackObject} from './unwind.js';

export const REFLECT_STUBS: ReadonlySet<string> = new Set(['reflect.makeFuncStub', 'reflect.methodValueCall']);

/** internal/abi.RegArgs on amd64: 9 integer registers, 15 floating-point ones, then the 9 pointers; a bitmap ends it. */
const REG_ARGS = {size: 272, pointers: 192, count: 9} as const;

/** Offsets from argp of the live pointer words. None before the stub has stored its context. */
export function findReflectArguments(go: GoRuntime, frame: StackFrame): Bytes[] {
  const {image} = go;
  if (frame.sp >= frame.fp - 8) return [];
  const method = image.word(frame.sp); // reflect.makeFuncCtxt {fn, stack *bitVector, argLen}
  if (!image.isMapped(method, 24) || image.word(method) !== frame.fn.entry) return [];
  const vector = image.word(method + 8);
  const resultsValid = image.u8(frame.sp + 32) !== 0;
  const argumentWords = Math.floor(image.word(method + 16) / 8);
  const count = resultsValid ? image.i32(vector) : Math.min(image.i32(vector), argumentWords);
  if (count <= 0) return [];
  const bytes = image.bytes(image.word(vector + 8), (count + 7) >>> 3);
  return Array.from(listBits(bytes, count), (word) => word * 8);
}

/** The register arguments, which the stub keeps as its highest local variable. */
export function reflectStackObject(frame: StackFrame): StackObject {
  const start = frame.varp - REG_ARGS.size;
  return {start, end: frame.varp, words: Array.from({length: REG_ARGS.count}, (_, i) => REG_ARGS.pointers + i * 8)};
}
