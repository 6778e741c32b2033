/**
 * A goroutine's stack → its physical frames, innermost first, exactly as the collector walks them.
 * Truth: runtime/traceback.go (unwinder) and stkframe.go, Go 1.17 – 1.27. Inlined calls are not expanded here.
 */
import type {Address, Bytes} from '../../base/units.js';
import {ARCHITECTURES, type Architecture, savedReturnAddress} from '../arch.js';
import {FUNC_FLAG, type GoFunction} from '../functions/function-table.js';
import type {GoRuntime} from '../go-runtime.js';

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
  /** The link register of architectures that have one, with which a function without a frame returns; 0 = saved on the stack. */
  readonly lr?: Address;
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

/** Functions that save all registers of the code they interrupted into their own frame. */
export const REGISTER_SAVES: ReadonlySet<string> = new Set(['runtime.asyncPreempt', 'runtime.debugCallV2']);
const SIGPANIC = 'runtime.sigpanic';
/** Functions that the runtime's signal handler makes interrupted code call. */
export const INJECTED: ReadonlySet<string> = new Set([SIGPANIC, ...REGISTER_SAVES]);
const WRITES_SP_SAFELY = 'runtime.cgocallback';

export function unwind({image, functions}: GoRuntime, start: StackStart, stack: StackBounds): Stack {
  const arch = ARCHITECTURES[image.arch];
  const frames: StackFrame[] = [];
  const cut: Stack = {frames, complete: false};
  let {pc, sp, lr = 0} = start;
  if (pc === 0 && image.isMapped(sp, 8)) {
    // A call of a nil function: go on in its caller.
    pc = image.word(sp);
    sp += arch.pushedByCall;
    lr = 0;
  }
  const mostFrames = (stack.hi - stack.lo) / 8; // damaged memory must not lead in a circle
  let callee: GoFunction | undefined;
  while (frames.length <= mostFrames) {
    const fn = functions.find(pc);
    if (!fn || sp < stack.lo || sp >= stack.hi) return cut;
    const size = functions.frameSize(fn, pc);
    const fp = sp + size + arch.pushedByCall;
    if (size < 0 || fp > stack.hi) return cut;
    frames.push(frameOf(arch, fn, pc, sp, fp, callee));
    if ((fn.flag & FUNC_FLAG.topFrame) !== 0) return {frames, complete: true};
    const writesSp = (fn.flag & FUNC_FLAG.spWrite) !== 0 && fn.name !== WRITES_SP_SAFELY;
    if (writesSp && frames.length > 1) return cut; // on which stack its caller is, nobody can tell
    const saved = savedReturnAddress(arch, sp, fp);
    if (!image.isMapped(saved, 8) || !image.isMapped(fp, 8)) return cut;
    const keepsLr = lr !== 0 && (frames.length > 1 || sp === fp);
    pc = keepsLr ? lr : image.word(saved);
    if (pc === 0) return cut;
    lr = 0;
    sp = fp;
    if (arch.pushedByInjectedCall > 0 && INJECTED.has(fn.name)) {
      // The handler saved the link register of the code that it interrupted: that code may be a function without a frame.
      const interrupted = functions.find(pc);
      const savedLr = image.word(sp);
      if (!interrupted) pc = savedLr;
      else if (functions.frameSize(interrupted, pc) === 0) lr = savedLr;
      sp += arch.pushedByInjectedCall;
    }
    callee = fn;
  }
  return cut;
}

function frameOf(arch: Architecture, fn: GoFunction, pc: Address, sp: Address, fp: Address, callee: GoFunction | undefined): StackFrame {
  let varp = fp - arch.pushedByCall;
  if (varp > sp) varp -= 8; // the caller's frame pointer is saved there; on arm64 that of the frame itself lies below sp
  let continuation = pc;
  if (callee?.name === SIGPANIC) continuation = fn.deferreturn === 0 ? 0 : fn.entry + fn.deferreturn + 1;
  return {fn, pc, sp, fp, varp, argp: fp + arch.minFrameSize, continuation};
}
