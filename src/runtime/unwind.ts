/**
 * A goroutine's stack → its physical frames, innermost first, exactly as the collector walks them.
 * Truth: runtime/traceback.go (unwinder) and stkframe.go, Go 1.22 – 1.27. Inlined calls are not expanded here.
 */
import type {Address, Bytes} from '../base/units.js';
import {FUNC_FLAG, type FunctionTable, type GoFunction} from './functions.js';
import type {GoRuntime} from './go-runtime.js';

export interface StackFrame {
  readonly fn: GoFunction;
  readonly pc: Address; // the return address, but for the innermost frame
  readonly sp: Address;
  readonly fp: Address; // end of the frame: the caller's sp
  readonly varp: Address; // end of the local variables
  readonly argp: Address; // start of the arguments
  readonly continuation: Address; // where the frame would go on; 0 = it never will, and nothing in it is live
}
export interface StackBounds {
  readonly lo: Address;
  readonly hi: Address; // exclusive
}
/** Where a goroutine stopped. */
export interface StackStart {
  readonly pc: Address;
  readonly sp: Address;
  /** 'call': at a call (of the scheduler, of the system), where stack maps are valid; 'anywhere': at any instruction. */
  readonly at: 'call' | 'anywhere';
}
export interface Stack {
  readonly frames: readonly StackFrame[];
  /** False when the walk ended before the goroutine's first function. */
  readonly complete: boolean;
}

/** A variable on the stack whose address was taken. */
export interface StackObject {
  readonly start: Address;
  readonly end: Address;
  readonly words: readonly Bytes[]; // offsets of its pointers
}

/** More frames than the largest stack (1 GB) can hold. */
const MAX_FRAMES = 1 << 26;
/** amd64: the return address lies between a frame and its caller's. */
const RETURN_ADDRESS: Bytes = 8;
const WRITES_SP_SAFELY = 'runtime.cgocallback';

export function unwind(go: GoRuntime, functions: FunctionTable, start: StackStart, stack: StackBounds): Stack {
  const frames: StackFrame[] = [];
  let {pc, sp} = start;
  if (pc === 0 && go.image.isMapped(sp, 8)) {
    // A call of a nil function: go on in its caller.
    pc = go.image.word(sp);
    sp += RETURN_ADDRESS;
  }
  let callee: GoFunction | undefined;
  while (frames.length < MAX_FRAMES) {
    const fn = functions.find(pc);
    if (!fn || sp < stack.lo || sp >= stack.hi) return {frames, complete: false};
    const size = functions.frameSize(fn, pc);
    const fp = sp + size + RETURN_ADDRESS;
    if (size < 0 || fp > stack.hi) return {frames, complete: false};
    frames.push(frameOf(fn, pc, sp, fp, callee));
    if ((fn.flag & FUNC_FLAG.topFrame) !== 0) return {frames, complete: true};
    const writesSp = (fn.flag & FUNC_FLAG.spWrite) !== 0 && fn.name !== WRITES_SP_SAFELY;
    if (writesSp && frames.length > 1) return {frames, complete: false}; // on which stack its caller is, nobody can tell
    pc = go.image.word(fp - RETURN_ADDRESS);
    if (pc === 0) return {frames, complete: false};
    sp = fp;
    callee = fn;
  }
  return {frames, complete: false};
}

function frameOf(fn: GoFunction, pc: Address, sp: Address, fp: Address, callee: GoFunction | undefined): StackFrame {
  let varp = fp - RETURN_ADDRESS;
  if (varp > sp) varp -= 8; // the caller's frame pointer is saved there
  let continuation = pc;
  if (callee?.name === 'runtime.sigpanic') continuation = fn.deferreturn === 0 ? 0 : fn.entry + fn.deferreturn + 1;
  return {fn, pc, sp, fp, varp, argp: fp, continuation};
}
