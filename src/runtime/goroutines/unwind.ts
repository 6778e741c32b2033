/**
 * A goroutine's stack → its physical frames, innermost first, exactly as the collector walks them.
 * Truth: runtime/traceback.go (unwinder) and stkframe.go, Go 1.17 – 1.27. Inlined calls are not expanded here.
 */
import type {Address} from '../../base/units.js';
import {ARCHITECTURES, savedReturnAddress} from '../arch.js';
import {type CallSite, FUNC_FLAG} from '../functions/function-table.js';
import type {GoRuntime} from '../go-runtime.js';
import {WORD} from '../words.js';
import {INJECTED, type StackBounds, StackFrames} from './stack-frames.js';
import {StackWords} from './stack-words.js';

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
  readonly frames: StackFrames;
  /** False when the walk ended before the goroutine's first function. */
  readonly complete: boolean;
}

const WRITES_SP_SAFELY = 'runtime.cgocallback';

export function unwind({image, functions}: GoRuntime, start: StackStart, stack: StackBounds): Stack {
  const arch = ARCHITECTURES[image.arch];
  const frames = new StackFrames(arch, functions.sites, stack);
  const words = new StackWords(image, stack);
  const cut: Stack = {frames, complete: false};
  let {pc, sp, lr = 0} = start;
  if (pc === 0 && image.isMapped(sp, 8)) {
    // A call of a nil function: go on in its caller.
    pc = image.word(sp);
    sp += arch.pushedByCall;
    lr = 0;
  }
  if (sp % WORD !== 0) return cut; // no code of Go leaves it so
  const mostFrames = (stack.hi - stack.lo) / 8; // damaged memory must not lead in a circle
  let site: CallSite | undefined;
  while (frames.length <= mostFrames) {
    if (site?.pc !== pc) site = functions.siteAt(pc); // else a recursion
    if (!site || sp < stack.lo || sp >= stack.hi) return cut;
    const {fn, frameSize} = site;
    const fp = sp + frameSize + arch.pushedByCall;
    if (frameSize < 0 || fp > stack.hi) return cut;
    frames.push(site, sp);
    if ((fn.flag & FUNC_FLAG.topFrame) !== 0) return {frames, complete: true};
    const writesSp = (fn.flag & FUNC_FLAG.spWrite) !== 0 && fn.name !== WRITES_SP_SAFELY;
    if (writesSp && frames.length > 1) return cut; // on which stack its caller is, nobody can tell
    const saved = savedReturnAddress(arch, sp, fp);
    if (!words.has((saved - stack.lo) / WORD)) return cut;
    const keepsLr = lr !== 0 && (frames.length > 1 || sp === fp);
    pc = keepsLr ? lr : words.word((saved - stack.lo) / WORD);
    if (pc === 0) return cut;
    lr = 0;
    sp = fp;
    if (arch.pushedByInjectedCall > 0 && INJECTED.has(fn.name)) {
      // The handler saved the link register of the code that it interrupted: that code may be a function without a frame.
      const interrupted = functions.siteAt(pc);
      const at = (sp - stack.lo) / WORD;
      const savedLr = words.has(at) ? words.word(at) : 0;
      if (!interrupted) pc = savedLr;
      else if (interrupted.frameSize === 0) lr = savedLr;
      sp += arch.pushedByInjectedCall;
    }
  }
  return cut;
}
