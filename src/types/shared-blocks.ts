/**
 * The allocator packs several small values without pointers into one block of 16 bytes (runtime/malloc.go, mcache.tiny). A block with
 * parts of different types has no one type, and which parts it has is not told here; where all known parts are strings it is bytes up to the
 * last one's end. A part that nothing points to any more stays unseen.
 */
import type {TracedHeap} from './assign-input.js';
import type {ClaimFit} from './claim-fit.js';
import type {Propagated} from './object-state.js';
import type {PointerShapes} from './pointer-shape.js';

/** Takes the type from every tiny block into which somebody points behind the value that typed it. */
export function dropSharedBlocks(heap: TracedHeap, shapes: PointerShapes, found: Propagated, fit: ClaimFit): void {
  const {interiorEdge, interiorOffset, target} = heap.edges;
  for (let i = 0; i < interiorEdge.length; i++) {
    const object = target[interiorEdge[i]!]! - 1 - heap.roots.count;
    const type = found.type[object]!;
    if (type === 0 || interiorOffset[i]! < shapes.size[type]! * found.length[object]! || !fit.isTiny(object)) continue;
    found.type[object] = 0;
    found.length[object] = 0;
    found.evidence[object] = 0;
  }
}
