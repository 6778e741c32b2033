/**
 * The runtime's own statistics as they stand in a core: the variables behind runtime.MemStats, at the very moment of the dump.
 * For tests of what src/ finds by walking structures. Truth: runtime/mstats.go (readmemstats_m), Go 1.17 – 1.27.
 */
import type {GoRuntime} from '../../src/runtime/go-runtime.js';

/** By the names of runtime.MemStats. */
export function readRuntimeCounters(go: GoRuntime): Readonly<Record<string, number>> {
  const field = (variable: string, struct: string, name: string) =>
    go.image.word(go.address(variable) + go.layouts.get(struct).offsetOf(name));
  const controller = (name: string) => field('runtime.gcController', 'runtime.gcControllerState', name);
  const stats = (name: string) => field('runtime.memstats', 'runtime.mstats', name);
  const old = go.layouts.get('runtime.mstats').findOffset('heap_inuse') !== undefined; // before Go 1.19
  const allocator = (name: string) => {
    const at = go.address('runtime.mheap_') + go.layouts.get('runtime.mheap').offsetOf(name);
    return go.image.word(at + go.layouts.get('runtime.fixalloc').offsetOf('inuse'));
  };
  return {
    HeapInuse: old ? stats('heap_inuse') : controller('heapInUse'),
    HeapIdle: old ? stats('heap_sys') - stats('heap_inuse') : controller('heapFree') + controller('heapReleased'),
    HeapReleased: old ? stats('heap_released') : controller('heapReleased'),
    StackInuse: readDeltas(go, 'inStacks'),
    MSpanInuse: allocator('spanalloc'),
    MSpanSys: stats('mspan_sys'),
    MCacheInuse: allocator('cachealloc'),
    MCacheSys: stats('mcache_sys'),
    BuckHashSys: stats('buckhash_sys'),
    GCSys: stats('gcMiscSys') + readDeltas(go, 'inWorkBufs'),
    OtherSys: stats('other_sys'),
  };
}

/** memstats.heapStats has three sets of changes; together they are the value, modulo 2**64. */
function readDeltas(go: GoRuntime, name: string): number {
  const layout = go.layouts.get('runtime.heapStatsDelta');
  const stats = go.layouts.get('runtime.consistentHeapStats');
  const at = go.address('runtime.memstats') + go.layouts.get('runtime.mstats').offsetOf('heapStats') + stats.offsetOf('stats');
  let sum = 0n;
  for (let set = 0; set < 3; set++) {
    const address = at + set * layout.size + layout.offsetOf(name);
    sum += (BigInt(go.image.u32(address + 4)) << 32n) | BigInt(go.image.u32(address));
  }
  return Number(BigInt.asUintN(64, sum));
}
