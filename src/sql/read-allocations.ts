/**
 * The tables `sites` and `allocations` → the graph's. Databases of older versions of goheap have both, empty and with fewer columns.
 */
import type {AllocationSite, AllocationTable} from '../graph/heap-graph.js';
import type {Connection} from './open-database.js';
import {contradiction, numberOr, readRows} from './table-reader.js';

/** Throws `bad-format` when a row names an object or a site that does not exist. */
export function readAllocations(connection: Connection, roots: number, objects: number): AllocationTable {
  const rowOf = new Map<unknown, number>();
  const sites = readRows(connection, 'sites', '*', 'id').map(
    ([id, , frames, size, allocations, frees, liveObjects], row): AllocationSite => {
      rowOf.set(id, row);
      const counts = {allocations: numberOr(allocations, 0), frees: numberOr(frees, 0)};
      const samples = counts.allocations - counts.frees;
      return {
        stack: parseFrames(frames, id),
        objectSize: numberOr(size, 0),
        ...counts,
        objectsPerSample: samples > 0 ? numberOr(liveObjects, samples) / samples : 1,
      };
    },
  );
  const rows = readRows(connection, 'allocations', 'object_id, site_id', 'object_id').map(([node, site]) => {
    const number = numberOr(node, 0);
    if (number <= roots || number > roots + objects) throw contradiction('allocations', node, 'not an object');
    const row = rowOf.get(site);
    if (row === undefined) throw contradiction('allocations', node, `there is no site ${String(site)}`);
    return [number, row] as const;
  });
  return {sites, object: Uint32Array.from(rows, ([node]) => node), site: Uint32Array.from(rows, ([, site]) => site)};
}

function parseFrames(json: unknown, id: unknown): AllocationSite['stack'] {
  try {
    const frames = JSON.parse(String(json)) as AllocationSite['stack'];
    if (Array.isArray(frames))
      return frames.map((call) => ({function: String(call.function), file: String(call.file), line: Number(call.line)}));
  } catch {
    // said below
  }
  throw contradiction('sites', id, 'frames are not a JSON array of calls');
}
