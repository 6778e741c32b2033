/**
 * The use of memory → rows of `memory`: what the heap stage measured, with objects told apart into live ones and garbage.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {ALL_OBJECTS} from '../graph/heap-graph.js';
import type {RowTable} from './row-table.js';
import {listTable} from './span-rows.js';

export function memoryTable({graph, reachableBytes}: AnalysisColumns): RowTable {
  const rows = graph.memory.flatMap(({category, part, bytes}) =>
    part === ALL_OBJECTS
      ? [
          [category, 'live objects', reachableBytes],
          [category, 'unreachable objects', bytes - reachableBytes],
        ]
      : [[category, part, bytes]],
  );
  return listTable('memory', ['category', 'part', 'bytes'], rows);
}
