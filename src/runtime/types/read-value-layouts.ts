/**
 * The runtime's structures behind maps, channels and functions → offsets as plain numbers (`HeapGraph.valueLayouts`), so that whoever reads
 * values knows neither their names nor Go versions. Which kind of maps a program has shows in which of the two structures it has.
 * Truth: runtime/map.go (runtime/map_noswiss.go), internal/runtime/maps/{map,table,group}.go, internal/abi/map*.go, runtime/chan.go,
 * Go 1.17 – 1.27. Strings, slices and interfaces are the same in all of them and have no entry.
 */
import type {Address} from '../../base/units.js';
import type {HeapGraph} from '../../graph/heap-graph.js';
import type {GoRuntime} from '../go-runtime.js';
import {hasSplitGroups} from './type-format.js';

type ValueLayouts = HeapGraph['valueLayouts'];

/** Keys and elements beyond this lie behind pointers; so does the number of cells of a bucket or a group. */
const INLINE = 128;
const CELLS = 8;
/** What the first byte of a cell in a bucket says: from here on it is in use; between the two, the bucket's content has moved. */
const TOP_HASH = {firstMoved: 2, firstUsed: 5} as const;
const SAME_SIZE_GROW = 8;
/** Most entries of two buckets or groups on average: loadFactorNum, of which Go 1.21 divided before it multiplied; twice maxAvgGroupLoad. */
const LOAD = {ofBuckets: 13, ofBuckets121: 12, ofGroups: 14} as const;

/** `mapTypes`: addresses of runtime types of maps, of which the first tells how groups are laid out. */
export function readValueLayouts(go: GoRuntime, mapTypes: Iterable<Address>): ValueLayouts {
  return {...readMapLayout(go, mapTypes), ...readChannelLayouts(go), closure: {code: 0, captured: 8}};
}

/** Either `mapOfBuckets` or `mapOfGroups`. */
function readMapLayout(go: GoRuntime, mapTypes: Iterable<Address>): ValueLayouts {
  const {layouts} = go;
  const common = {cells: CELLS, inline: INLINE};
  const hmap = layouts.find('runtime.hmap');
  if (hmap) {
    const mapOfBuckets = {
      ...common,
      load: go.minor === 21 ? LOAD.ofBuckets121 : LOAD.ofBuckets,
      ...TOP_HASH,
      live: hmap.offsetOf('count'),
      flags: hmap.offsetOf('flags'),
      sameSizeGrow: SAME_SIZE_GROW,
      log2Buckets: hmap.offsetOf('B'),
      buckets: hmap.offsetOf('buckets'),
      oldBuckets: hmap.offsetOf('oldbuckets'),
    };
    return {mapOfBuckets};
  }
  const map = layouts.find('internal/runtime/maps.Map');
  const table = layouts.find('internal/runtime/maps.table');
  if (!map || !table) return {};
  const groups = table.offsetOf('groups');
  const mapOfGroups = {
    ...common,
    load: LOAD.ofGroups,
    live: map.offsetOf('used'),
    directory: map.offsetOf('dirPtr'),
    directoryLength: map.offsetOf('dirLen'),
    groups,
    groupMask: groups + 8,
    split: hasSplitGroups(go, mapTypes) ? 1 : 0,
  };
  return {mapOfGroups};
}

function readChannelLayouts({layouts}: GoRuntime): ValueLayouts {
  const channel = layouts.find('runtime.hchan');
  const waiter = layouts.find('runtime.sudog');
  const g = layouts.find('runtime.g');
  if (!channel || !waiter || !g) return {};
  return {
    channel: {
      live: channel.offsetOf('qcount'),
      capacity: channel.offsetOf('dataqsiz'),
      buffer: channel.offsetOf('buf'),
      first: channel.offsetOf('recvx'),
      receivers: channel.offsetOf('recvq'),
      senders: channel.offsetOf('sendq'),
    },
    waiter: {goroutine: waiter.offsetOf('g'), next: waiter.offsetOf('next')},
    goroutine: {id: g.offsetOf('goid')},
  };
}
