/**
 * Root nodes, goroutines and frames → rows of `roots`, `goroutines`, `frames`.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {RootOrigins} from '../analyses/root-origins.js';
import {NONE} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS} from '../graph/heap-graph.js';
import {known, type RowTable} from './row-table.js';

export function rootTable({graph, retained, retainedObjects}: AnalysisColumns): RowTable {
  const origins = new RootOrigins(graph);
  const {roots, goroutines, strings} = graph;
  const place = ['address', 'size', 'goroutine_id', 'frame_id', 'object_id', 'file', 'line', 'variable_address'];
  return {
    name: 'roots',
    columns: ['id', 'parent_id', 'kind', 'name', 'package', 'type_id', ...place, 'retained', 'retained_objects'],
    rowCount: roots.count,
    async write(sink) {
      for (let root = 0; root < roots.count; root++) {
        const goroutine = roots.goroutine[root]!;
        sink.put(root + 1);
        sink.put(roots.parent[root]!);
        sink.put(ROOT_KINDS[roots.kind[root]!]!);
        sink.put(strings[roots.name[root]!] || null);
        sink.put(origins.at(origins.idOf(root + 1)).package || null);
        sink.put(roots.type[root]!);
        sink.put(known(roots.address[root]!));
        sink.put(known(roots.size[root]!));
        sink.put(goroutine === NONE ? null : goroutines.id[goroutine]!);
        sink.put(roots.frame[root] === NONE ? null : roots.frame[root]!);
        sink.put(roots.object[root] === NONE ? null : roots.object[root]!);
        sink.put(strings[roots.file[root]!] || null);
        sink.put(roots.line[root] || null);
        sink.put(known(roots.variable[root]!));
        sink.put(known(retained[root + 1]!));
        sink.put(retainedObjects[root + 1]!);
        if (sink.endRow()) await sink.pause();
      }
    },
  };
}

export function goroutineTable({goroutines, strings}: HeapGraph): RowTable {
  const origin = ['function', 'created_by', 'file', 'line', 'stack_address', 'stack_bytes', 'group_id', 'labels'];
  return {
    name: 'goroutines',
    columns: ['id', 'root_id', 'status', 'wait_reason', 'wait_seconds', 'wait_exact', 'wait_at_most', 'system', ...origin],
    rowCount: goroutines.count,
    async write(sink) {
      for (let row = 0; row < goroutines.count; row++) {
        sink.put(goroutines.id[row]!);
        sink.put(goroutines.root[row] === NONE ? null : goroutines.root[row]!);
        sink.put(strings[goroutines.status[row]!] || null);
        sink.put(strings[goroutines.waitReason[row]!] || null);
        const wait = known(goroutines.waitSeconds[row]!);
        sink.put(wait);
        sink.put(wait === null ? null : goroutines.waitExact[row]!);
        sink.put(known(goroutines.waitAtMost[row]!));
        sink.put(goroutines.system[row]!);
        sink.put(strings[goroutines.entryFunction[row]!] || null);
        sink.put(strings[goroutines.createdBy[row]!] || null);
        sink.put(strings[goroutines.file[row]!] || null);
        sink.put(goroutines.line[row] || null);
        sink.put(known(goroutines.stackStart[row]!));
        sink.put(known(goroutines.stackBytes[row]!));
        sink.put(goroutines.group[row]!);
        sink.put(strings[goroutines.labels[row]!] || null);
        if (sink.endRow()) await sink.pause();
      }
    },
  };
}

export function frameTable({goroutines, frames, strings}: HeapGraph): RowTable {
  return {
    name: 'frames',
    columns: ['id', 'goroutine_id', 'depth', 'function', 'file', 'line', 'pc', 'sp', 'size', 'inlined', 'wrapper', 'omitted'],
    rowCount: goroutines.firstFrame[goroutines.count]!,
    async write(sink) {
      for (let row = 0; row < goroutines.count; row++) {
        const first = goroutines.firstFrame[row]!;
        let omitted = 0;
        for (let frame = first; frame < goroutines.firstFrame[row + 1]!; frame++) {
          sink.put(frame);
          sink.put(goroutines.id[row]!);
          sink.put(frame - first + omitted);
          sink.put(strings[frames.functionName[frame]!] || null);
          sink.put(strings[frames.file[frame]!] || null);
          sink.put(frames.line[frame] || null);
          sink.put(known(frames.pc[frame]!));
          sink.put(known(frames.sp[frame]!));
          sink.put(known(frames.size[frame]!));
          sink.put(frames.inlined[frame]!);
          sink.put(frames.wrapper[frame]!);
          sink.put(frames.omitted[frame]!);
          omitted += frames.omitted[frame]!;
          if (sink.endRow()) await sink.pause();
        }
      }
    },
  };
}
