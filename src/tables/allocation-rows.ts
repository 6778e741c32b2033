/**
 * The memory profile → rows of `sites` and `allocations`. Estimates are made here from samples, as pprof makes them.
 */
import type {HeapGraph} from '../graph/heap-graph.js';
import {type BatchTable, listTable, wholeTable} from './batch-table.js';

const SITE_COLUMNS = ['id', 'stack', 'frames', 'object_size', 'allocations', 'frees', 'live_objects', 'live_bytes'];

/** A rate of samples that is damaged makes any number of one: nothing is known then. */
function estimate(value: number): number | null {
  return Number.isSafeInteger(value) ? value : null;
}

export function allocationTables({allocations}: HeapGraph): BatchTable[] {
  const sites = allocations.sites.map((site, id) => {
    const live = Math.round(Math.max(0, site.allocations - site.frees) * site.objectsPerSample);
    const names = JSON.stringify(site.stack.map((call) => call.function));
    return [
      id,
      names,
      JSON.stringify(site.stack),
      site.objectSize,
      site.allocations,
      site.frees,
      ...[live, live * site.objectSize].map(estimate),
    ];
  });
  const {object, site} = allocations;
  return [
    listTable('sites', SITE_COLUMNS, sites),
    wholeTable('allocations', object.length, {object_id: () => object, site_id: () => site}),
  ];
}
