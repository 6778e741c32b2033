/**
 * A goroutine's stack → its physical frames, innermost first, exactly as the collector walks them.
 * Truth: runtime/traceback.go (unwinder) and stkframe.go, Go 1.17 – 1.27. Inlined calls are not expanded here.
 */
import type {Address} from '../../base/units.js';
import {ARCHITECTURES} from '../arch.js';
import {type CallSite, FUNC_FLAG} from '../functions/function-table.js';
import type {GoRuntime} from '../go-runtime.js';
import {WORD} from '../words.js';
import {INJECTED, type StackFrames} from './stack-frames.js';

/** Where a goroutine stopped. */
export interface StackStart {
  readonly pc: Address;
  readonly sp: Address;
  /** The link register of architectures that have one, with which a function without a frame returns; 0 = saved on the stack. */
  readonly lr?: Address;
  /** 'call': at a call (of the scheduler, of the system), where stack maps are valid; 'anywhere': at any instruction. */
  readonly at: 'call' | 'anywhere';
}

/** The last frame, or one whose caller may be on another stack. */
const STOPS = FUNC_FLAG.topFrame | FUNC_FLAG.spWrite;
const WRITES_SP_SAFELY = 'runtime.cgocallback';

/**
 * `frames`: none yet of its stack; gets them. `nextPiece` is called before words replace those that the last frames lie in, and returns from which
 * place on words will be asked for again. Returns whether the walk came to the goroutine's first function.
 */
export function unwind({image, functions}: GoRuntime, start: StackStart, frames: StackFrames, nextPiece?: () => number): boolean {
  const {pushedByCall, pushedByInjectedCall} = ARCHITECTURES[image.arch];
  const {words, bounds: stack} = frames;
  let {pc, sp, lr = 0} = start;
  if (pc === 0 && image.isMapped(sp, WORD)) {
    // A call of a nil function: go on in its caller.
    pc = image.word(sp);
    sp += pushedByCall;
    lr = 0;
  }
  // Places on the stack are counted in words from its start. No code of Go leaves a stack pointer between two words.
  const size = (stack.hi - stack.lo) / WORD;
  const first = (sp - stack.lo) / WORD;
  if (!(Number.isInteger(first) && first >= 0 && first < size)) return false;
  let at = first | 0;
  let site: CallSite | undefined;
  while (at < size && frames.length <= size) {
    // damaged memory must not lead in a circle
    if (site?.pc !== pc) site = functions.siteAt(pc); // else a recursion
    if (!site) return false;
    const {fn, frameWords} = site;
    const end = at + frameWords;
    if (frameWords < 0 || end > size) return false;
    frames.push(site, at);
    if ((fn.flag & STOPS) !== 0) {
      if ((fn.flag & FUNC_FLAG.topFrame) !== 0) return true;
      if (fn.name !== WRITES_SP_SAFELY && frames.length > 1) return false; // on which stack its caller is, nobody can tell
    }
    const saved = pushedByCall > 0 ? end - 1 : at; // its caller's pc: what the call pushed, else what it saved at its low end itself
    if (!(saved < words.end || words.load(saved, nextPiece?.() ?? saved))) return false;
    const keepsLr = lr !== 0 && (frames.length > 1 || at === end);
    pc = keepsLr ? lr : words.word(saved);
    if (pc === 0) return false;
    lr = 0;
    at = end;
    if (pushedByInjectedCall > 0 && INJECTED.has(fn.name)) {
      // The handler saved the link register of the code that it interrupted: that code may be a function without a frame.
      const interrupted = functions.siteAt(pc);
      const savedLr = words.has(at) ? words.word(at) : 0;
      if (!interrupted) pc = savedLr;
      else if (interrupted.frameSize === 0) lr = savedLr;
      at += pushedByInjectedCall / WORD;
    }
  }
  return false;
}
