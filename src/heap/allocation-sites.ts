/**
 * The runtime's memory profile → where sampled objects were allocated, and what each place allocated since the program started.
 * Truth: runtime/mprof.go, runtime/pprof/protomem.go (scaleHeapSample). A return address of a bucket stands for one call, inlined
 * ones included; where the profiler's own frames begin is left to readers.
 */
import type {Address, NodeIndex} from '../base/units.js';
import type {AllocationSite, AllocationTable} from '../graph/heap-graph.js';
import type {DumpedRecords} from '../heapdump/dump-records.js';
import {LogicalFrames} from '../runtime/functions/logical-frames.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import {readBuckets, readMemoryCounts, readProfileRate, readSampledObjects} from '../runtime/memory/profile-buckets.js';
import type {RuntimeSpans} from '../runtime/memory/spans.js';
import {findTarget, type ObjectIndexTable, type Target} from './find-objects.js';

/** `firstNode` is the node number of object 0. What the dump lacks of the profile is a warning. */
export function readAllocationSites(go: GoRuntime, runtime: RuntimeSpans, index: ObjectIndexTable, firstNode: number): AllocationTable {
  const sites: AllocationSite[] = [];
  const siteOf = new Map<Address, number>(); // bucket → row of its site
  const siteOfNode = new Map<NodeIndex, number>();
  go.warnings.attempt('allocation-sites', 'Places of allocations are missing', undefined, () => {
    readSites(go, sites, siteOf);
    const target: Target = {object: 0, offset: 0};
    for (const {object, bucket} of readSampledObjects(go, runtime)) {
      const site = siteOf.get(bucket);
      if (site !== undefined && findTarget(index, object, target)) siteOfNode.set(firstNode + target.object, site);
    }
  });
  const object = Uint32Array.from(siteOfNode.keys()).sort();
  return {sites, object, site: object.map((node) => siteOfNode.get(node)!)};
}

/** The same of what a heap dump lists. */
export function readDumpedSites(
  go: GoRuntime,
  {buckets, samples}: DumpedRecords,
  index: ObjectIndexTable,
  firstNode: number,
): AllocationTable {
  const rate = readProfileRate(go);
  const rowOf = new Map(buckets.map(({id}, row) => [id, row]));
  const sites = buckets.map(({id: _, objectSize, ...counts}) => ({
    objectSize,
    ...counts,
    objectsPerSample: objectsPerSample(objectSize, rate),
  }));
  const siteOfNode = new Map<NodeIndex, number>();
  const target: Target = {object: 0, offset: 0};
  for (const {object, bucket} of samples) {
    const site = rowOf.get(bucket);
    if (site !== undefined && findTarget(index, object, target)) siteOfNode.set(firstNode + target.object, site);
  }
  const object = Uint32Array.from(siteOfNode.keys()).sort();
  return {sites, object, site: object.map((node) => siteOfNode.get(node)!)};
}

function readSites(go: GoRuntime, sites: AllocationSite[], siteOf: Map<Address, number>): void {
  const calls = new LogicalFrames(go);
  const rate = readProfileRate(go);
  for (const bucket of readBuckets(go, 'mbuckets')) {
    const stack = bucket.returnAddresses.flatMap((pc) => {
      const fn = go.functions.find(pc);
      const call = fn && calls.at(fn, pc > fn.entry ? pc - 1 : pc)[0];
      return call ? [{function: call.name, file: call.file, line: call.line}] : [];
    });
    siteOf.set(bucket.address, sites.length);
    const {objectSize} = bucket;
    sites.push({stack, objectSize, ...readMemoryCounts(go, bucket), objectsPerSample: objectsPerSample(objectSize, rate)});
  }
}

/** One allocation in `rate` bytes is sampled, at random: how many objects of a size a sample stands for. */
function objectsPerSample(size: number, rate: number): number {
  return rate > 1 && size > 0 ? 1 / (1 - Math.exp(-size / rate)) : 1;
}
