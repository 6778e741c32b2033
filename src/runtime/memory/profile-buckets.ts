/**
 * The runtime's profiles → their buckets: a stack of return addresses and what was counted there. Of the memory profile also
 * which objects were sampled: the profile specials of their spans lead to the buckets.
 * Truth: runtime/mprof.go (bucket, memRecord, newBucket), mheap.go (specialprofile), Go 1.17 – 1.27.
 * Go 1.27 counts allocations only: their bytes are the count times the bucket's size, as they are before.
 */
import {GoheapError} from '../../base/errors.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';
import {followLinks, readWords} from '../words.js';
import type {RuntimeSpans} from './spans.js';
import {specialFields} from './specials.js';

export interface ProfileBucket {
  readonly address: Address;
  readonly size: Bytes; // of the bucket itself, with stack and record
  readonly record: Address; // what was counted
  readonly objectSize: Bytes; // of each object counted here: its slot, or less in older versions of Go
  readonly returnAddresses: readonly Address[]; // innermost first
}
export interface MemoryCounts {
  readonly allocations: number;
  readonly frees: number;
}

/** Deeper stacks and longer chains are damage. */
const MAX_DEPTH = 1 << 16;
const MAX_BUCKETS = 1 << 24;
/** runtime.blockRecord: a count and cycles. */
const BLOCK_RECORD: Bytes = 16;

/** The buckets of the memory (m), block (b) or mutex (x) profile; none when the runtime's variable is not known. */
export function* readBuckets(go: GoRuntime, list: 'mbuckets' | 'bbuckets' | 'xbuckets'): Generator<ProfileBucket> {
  const variable = go.findAddress(`runtime.${list}`);
  const layout = go.layouts.find('runtime.bucket');
  const record = list === 'mbuckets' ? go.layouts.find('runtime.memRecord')?.size : BLOCK_RECORD;
  if (variable === undefined || !layout || record === undefined) return;
  const {image} = go;
  const offset = {next: layout.offsetOf('allnext'), depth: layout.offsetOf('nstk'), size: layout.offsetOf('size')};
  for (const address of followLinks(image, image.word(variable), offset.next, layout.size)) {
    const depth = image.word(address + offset.depth);
    if (!(depth <= MAX_DEPTH)) return;
    yield {
      address,
      size: layout.size + depth * 8 + record,
      record: address + layout.size + depth * 8,
      objectSize: image.word(address + offset.size),
      returnAddresses: [...readWords(image, address + layout.size, depth)],
    };
  }
}

/** What a bucket of the memory profile has counted since the program started, cycles that are not published yet included. */
export function readMemoryCounts(go: GoRuntime, bucket: ProfileBucket): MemoryCounts {
  const record = go.layouts.get('runtime.memRecord');
  const cycle = go.layouts.get('runtime.memRecordCycle');
  const cycles = [record.offsetOf('active')];
  for (let at = 0; at < record.sizeOf('future'); at += cycle.size) cycles.push(record.offsetOf('future') + at);
  const sum = (field: string) => cycles.reduce((total, at) => total + go.image.word(bucket.record + at + cycle.offsetOf(field)), 0);
  const counts = {allocations: sum('allocs'), frees: sum('frees')};
  if (Object.values(counts).every(Number.isSafeInteger) && Number.isSafeInteger(bucket.objectSize)) return counts;
  throw new GoheapError('bad-format', `the bucket at ${hex(bucket.address)} has counts that cannot be`);
}

export interface SampledObject {
  readonly object: Address; // inside the object's slot
  readonly bucket: Address;
}

/** The objects whose allocation was sampled, in the order of spans. Chains that the dump lacks end early; reading the other specials warns of it. */
export function* readSampledObjects(go: GoRuntime, runtime: RuntimeSpans): Generator<SampledObject> {
  const profile = go.layouts.find('runtime.specialprofile');
  const kind = go.constant('runtime._KindSpecialProfile');
  if (!profile || kind === undefined) return;
  const {image} = go;
  const special = specialFields(go);
  for (let span = 0; span < runtime.table.count; span++) {
    for (let at = runtime.specials[span]!, i = 0; at !== 0 && i < MAX_BUCKETS; at = image.word(at + special.next), i++) {
      if (!image.isMapped(at, profile.size)) break;
      if (image.u8(at + special.kind) !== kind) continue;
      yield {object: runtime.table.start[span]! + special.placeOf(at), bucket: image.word(at + profile.offsetOf('b'))};
    }
  }
}

/** runtime.MemProfileRate as it was at the dump: bytes for each sample, 0 when the profile is off; its usual value when it is not known. */
export function readProfileRate(go: GoRuntime): number {
  const variable = go.findAddress('runtime.MemProfileRate');
  return variable === undefined ? 512 * 1024 : go.image.word(variable);
}
