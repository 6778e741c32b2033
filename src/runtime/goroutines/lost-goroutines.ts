/**
 * The goroutines of a dump without the runtime's list of them: a g that has ever been ready to run keeps its own address in g.sched.g, which nothing
 * else at such a distance does. They are never freed, and dead ones wait to be used again.
 * Truth: runtime/runtime2.go (g, gobuf), proc.go (newproc1, malg), Go 1.17 – 1.27.
 */
import type {Address, Bytes} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';
import {listHeapMemory} from '../memory/heap-memory.js';
import {WORD} from '../words.js';

/** What is looked through at once. */
const PIECE: Bytes = 1 << 20;

const searched = new WeakMap<GoRuntime, Address[]>();

/** Addresses of the gs in the heap, ascending; those of threads, which run no goroutine, are not among them. Throws `unmapped`, `limit`. */
export function findLostGoroutines(go: GoRuntime): readonly Address[] {
  const found = searched.get(go) ?? search(go);
  searched.set(go, found);
  return found;
}

function search(go: GoRuntime): Address[] {
  const {image, layouts, functions} = go;
  const g = layouts.get('runtime.g');
  const self = g.offsetOf('sched') + layouts.get('runtime.gobuf').offsetOf('g');
  const isGoroutine = (at: Address): boolean => {
    if (!image.isMapped(at, g.size)) return false;
    const [lo, hi] = [image.word(at + g.offsetOf('stack')), image.word(at + g.offsetOf('stack') + WORD)];
    return lo <= hi && image.word(at + g.offsetOf('goid')) > 0 && functions.find(image.word(at + g.offsetOf('startpc'))) !== undefined;
  };
  const found: Address[] = [];
  const words = new Uint32Array(PIECE / 4);
  const bytes = new Uint8Array(words.buffer);
  for (const {start, end} of listHeapMemory(go)) {
    for (let piece = start; piece < end; piece += PIECE) {
      const size = Math.min(PIECE, end - piece);
      image.readInto(piece, bytes.subarray(0, size));
      for (let i = 0; i + 2 <= size / 4; i += 2) {
        const at = piece + i * 4 - self;
        if (words[i] === at >>> 0 && words[i + 1] === Math.floor(at / 2 ** 32) && isGoroutine(at)) found.push(at);
      }
    }
  }
  return found;
}
