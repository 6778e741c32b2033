/**
 * A goroutine's stack → its physical frames, innermost first, exactly as the collector walks them.
 * Truth: runtime/traceback.go (unwinder) and stkframe.go, Go 1.17 – 1.27. Inlined calls are not expanded here.
 */
import type {Address} from '../../base/units.js';
import {ARCHITECTURES} from '../arch.js';
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
  if (pc === 0 && image.isMapped(sp, WORD)) {
    // A call of a nil function: go on in its caller.
    pc = image.word(sp);
    sp += arch.pushedByCall;
    lr = 0;
  }
  // Places on the stack are counted in words from its start. No code of Go leaves a stack pointer between two words.
  const size = (stack.hi - stack.lo) / WORD;
  let at = (sp - stack.lo) / WORD;
  let site: CallSite | undefined;
  while (Number.isInteger(at) && at >= 0 && at < size && frames.length <= size) {
    // damaged memory must not lead in a circle
    if (site?.pc !== pc) site = functions.siteAt(pc); // else a recursion
    if (!site) return cut;
    const {fn, frameSize} = site;
    const end = at + site.frameWords;
    if (frameSize < 0 || frameSize % WORD !== 0 || end > size) return cut;
    frames.push(site, at);
    if ((fn.flag & FUNC_FLAG.topFrame) !== 0) return {frames, complete: true};
    const writesSp = (fn.flag & FUNC_FLAG.spWrite) !== 0 && fn.name !== WRITES_SP_SAFELY;
    if (writesSp && frames.length > 1) return cut; // on which stack its caller is, nobody can tell
    const saved = arch.pushedByCall > 0 ? end - 1 : at; // its caller's pc: what the call pushed, else what it saved at its low end itself
    if (!words.has(saved)) return cut;
    const keepsLr = lr !== 0 && (frames.length > 1 || at === end);
    pc = keepsLr ? lr : words.word(saved);
    if (pc === 0) return cut;
    lr = 0;
    at = end;
    if (arch.pushedByInjectedCall > 0 && INJECTED.has(fn.name)) {
      // The handler saved the link register of the code that it interrupted: that code may be a function without a frame.
      const interrupted = functions.siteAt(pc);
      const savedLr = words.has(at) ? words.word(at) : 0;
      if (!interrupted) pc = savedLr;
      else if (interrupted.frameSize === 0) lr = savedLr;
      at += arch.pushedByInjectedCall / WORD;
    }
  }
  return cut;
}
