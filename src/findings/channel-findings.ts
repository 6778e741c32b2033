/**
 * Channels that nobody drains: no goroutine waits to receive, and one to send, or many values are queued. A few values are no queue but what a program keeps for the
 * next who needs one: buffers, encoders, slots of a limit.
 */
import {grouped} from '../base/format-bytes.js';
import {NONE} from '../base/units.js';
import {addressOf, firstObjectNode, headerOf} from '../graph/objects.js';
import {countBuffered, findWaiters} from '../values/channel-parts.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {isWorthTelling, MANY_QUEUED} from './finding-thresholds.js';
import {amount, countOf, pathTo} from './telling-words.js';

/** Needs the bytes of the few channels that keep much. */
export function* findFullChannels({told, objects, source, sizes}: FindingInput): Generator<Finding> {
  const {graph, retained} = told.columns;
  for (const node of objects.channels) {
    const bytes = retained[node]!;
    if (!isWorthTelling('channel', {count: 0, bytes, of: sizes.live})) continue;
    const object = node - firstObjectNode(graph);
    const address = addressOf(graph, object) + headerOf(graph, object);
    const counts = countBuffered(source, address);
    if (!counts || counts.live === 0) continue;
    const {senders, receivers} = findWaiters(source, address);
    if (receivers.length > 0 || (senders.length === 0 && counts.live < MANY_QUEUED)) continue;
    const name = pathTo(told, node);
    const waiting = senders.length > 0 ? ` ${countOf(senders.length, 'goroutine')} wait to send.` : '';
    const isFull = counts.live === counts.capacity;
    yield {
      kind: 'channel',
      name,
      bytes,
      of: sizes.live,
      count: counts.live,
      node,
      type: graph.objects.type[object]!,
      group: NONE,
      sentence:
        `The channel ${name} ${isFull ? 'is full' : 'is being filled'}: ${countOf(counts.live, 'value')} in room for ${grouped(counts.capacity)}, ` +
        `and nobody waits to receive. It keeps ${amount(bytes, sizes.live)}.${waiting}`,
      evidence: {length: counts.live, capacity: counts.capacity, senders_waiting: senders.length, receivers_waiting: 0},
      fix: `See why the receiver of ${name} stopped or is slow; select with default, or a smaller buffer, says so earlier.`,
      next: `goheap object INPUT ${node}`,
      nodes: Uint32Array.of(node),
    };
  }
}
