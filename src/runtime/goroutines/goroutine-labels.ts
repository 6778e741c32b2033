/**
 * g.labels → the profiler labels of a goroutine (runtime/pprof.Do, SetGoroutineLabels), sorted by key.
 * Truth: runtime/pprof/label.go and internal/runtime/pprof/label: a pointer to a map[string]string up to Go 1.23 (runtime/map.go), to
 * a slice of pairs since.
 */
import type {Address} from '../../base/units.js';
import {type GoRuntime, readGoString} from '../go-runtime.js';

const LIST_SINCE = 24;
/** More labels than any program gives: damage. */
const MAX_LABELS = 10_000;
const STRING = 16;
const PAIR = 2 * STRING;
/** runtime.hmap and runtime.bmap of a map[string]string: 8 tophash bytes, 8 keys, 8 elements, the overflow bucket. */
const HMAP = {flags: 8, bucketsLog: 9, buckets: 16, oldBuckets: 24, sameSizeGrow: 8} as const;
const BUCKET = {slots: 8, keys: 8, elements: 8 + 8 * STRING, overflow: 8 + 16 * STRING, size: 16 + 16 * STRING, minTopHash: 5} as const;
const MAX_BUCKETS_LOG = 16;

/** As a JSON object; '' without labels. Throws `unmapped` when they are damaged or not in the dump. */
export function readLabels(go: GoRuntime, labels: Address): string {
  if (labels === 0) return '';
  const pairs = go.minor >= LIST_SINCE ? readList(go, labels) : readMap(go, go.image.word(labels));
  if (pairs.length === 0) return '';
  return JSON.stringify(Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1))));
}

type Label = readonly [key: string, value: string];

function readLabel(go: GoRuntime, key: Address, value: Address): Label {
  return [readGoString(go.image, key), readGoString(go.image, value)];
}

function readList(go: GoRuntime, list: Address): Label[] {
  const first = go.image.word(list);
  const count = Math.min(go.image.word(list + 8), MAX_LABELS);
  return Array.from({length: count}, (_, i) => readLabel(go, first + i * PAIR, first + i * PAIR + STRING));
}

/** While the map grows, some entries are still in the old buckets and marked as moved in none of the two. */
function readMap(go: GoRuntime, map: Address): Label[] {
  const {image} = go;
  const found: Label[] = [];
  if (map === 0) return found;
  const log = Math.min(image.u8(map + HMAP.bucketsLog), MAX_BUCKETS_LOG);
  const oldLog = (image.u8(map + HMAP.flags) & HMAP.sameSizeGrow) !== 0 ? log : log - 1;
  for (const [buckets, count] of [
    [image.word(map + HMAP.buckets), 2 ** log],
    [image.word(map + HMAP.oldBuckets), 2 ** oldLog],
  ] as const) {
    for (let i = 0; buckets !== 0 && i < count; i++) readBuckets(go, buckets + i * BUCKET.size, found);
  }
  return found;
}

function readBuckets(go: GoRuntime, first: Address, found: Label[]): void {
  const {image} = go;
  for (let bucket = first; bucket !== 0 && found.length < MAX_LABELS; bucket = image.word(bucket + BUCKET.overflow)) {
    for (let slot = 0; slot < BUCKET.slots; slot++) {
      if (image.u8(bucket + slot) < BUCKET.minTopHash) continue; // empty, or moved
      found.push(readLabel(go, bucket + BUCKET.keys + slot * STRING, bucket + BUCKET.elements + slot * STRING));
    }
  }
}
