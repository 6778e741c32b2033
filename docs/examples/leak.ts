/**
 * A leak check: every object of a type whose `closed` field is true should be gone. Each finding names who still holds it.
 */
import type {Check} from 'goheap';

export default {
  name: 'closed-sessions',
  summary: 'closed sessions are freed',
  *run(heap) {
    for (const id of heap.objects({type: 'main.Session'})) {
      const session = heap.value(id);
      if (session.field('closed').boolean() !== true) continue;
      const [path] = heap.paths(id);
      yield {node: id, message: `${session.field('ID').text() ?? '?'} held by ${path}`};
    }
  },
} satisfies Check;
