/**
 * A channel's memory → the values in its buffer, oldest first, and the goroutines that wait to send or to receive.
 * The buffer is a ring, the waiters are two chains; their places come as `valueLayouts`.
 */
import type {Address, Bytes} from '../graph/heap-graph.js';
import type {Waiters} from './value.js';
import type {ValueSource} from './value-source.js';

/** What the channel claims to hold, and what it has room for. Undefined when that cannot be read. */
export function countBuffered(source: ValueSource, channel: Address): {readonly live: number; readonly capacity: number} | undefined {
  const layout = source.layout('channel');
  const live = layout && source.word(channel + layout.live);
  const capacity = layout && source.word(channel + layout.capacity);
  return live === undefined || capacity === undefined ? undefined : {live, capacity};
}

/** Addresses of the buffered values, without the oldest `skip` of them. */
export function* walkBuffer(source: ValueSource, channel: Address, size: Bytes, skip = 0): Generator<Address> {
  const layout = source.layout('channel');
  const counts = countBuffered(source, channel);
  const buffer = layout && source.word(channel + layout.buffer);
  const oldest = layout && source.word(channel + layout.first);
  if (!counts || buffer === undefined || oldest === undefined || oldest >= counts.capacity) return;
  const live = Math.min(counts.live, counts.capacity);
  const untilEnd = Math.min(live, counts.capacity - oldest);
  yield* source.walk(buffer + (oldest + skip) * size, untilEnd - skip, size);
  const again = Math.max(0, skip - untilEnd);
  yield* source.walk(buffer + again * size, live - untilEnd - again, size);
}

export function findWaiters(source: ValueSource, channel: Address): Waiters {
  const layout = source.layout('channel');
  if (!layout) return {senders: [], receivers: []};
  return {senders: waitersFrom(source, channel + layout.senders), receivers: waitersFrom(source, channel + layout.receivers)};
}

/** `queue`: where the address of the first waiter stands. */
function waitersFrom(source: ValueSource, queue: Address): number[] {
  const waiter = source.layout('waiter');
  const goroutine = source.layout('goroutine');
  const ids: number[] = [];
  if (!waiter || !goroutine) return ids;
  for (const at of source.follow(source.word(queue) ?? 0, waiter.next)) {
    const g = source.word(at + waiter.goroutine);
    const id = g && source.word(g + goroutine.id);
    if (id) ids.push(id);
  }
  return ids;
}
