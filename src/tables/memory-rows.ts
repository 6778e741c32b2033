/**
 * The use of memory → rows of `memory`: what the heap stage measured, with objects told apart into live ones and garbage.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {getBit} from '../base/bitset.js';
import {ALL_OBJECTS, type MemoryUse} from '../graph/heap-graph.js';
import {firstObjectNode} from '../graph/objects.js';
import {untouchedBytes} from '../graph/untouched.js';
import {type BatchTable, listTable} from './batch-table.js';

export function memoryTable(columns: AnalysisColumns): BatchTable {
  const rows = columns.graph.memory.flatMap((use) => (use.part === ALL_OBJECTS ? objectRows(columns, use) : [use]));
  return listTable(
    'memory',
    ['category', 'part', 'bytes', 'touched'],
    rows.map(({category, part, bytes, touched}) => [category, part, bytes, touched]),
  );
}

function objectRows({graph, reachable, reachableBytes}: AnalysisColumns, {category, bytes, touched, untouched}: MemoryUse): MemoryUse[] {
  const first = firstObjectNode(graph);
  const garbage = bytes - reachableBytes;
  const touchedGarbage = untouched ? garbage - untouchedBytes(graph, untouched, (object) => !getBit(reachable, first + object)) : 0;
  return [
    {category, part: 'live objects', bytes: reachableBytes, touched: touched - touchedGarbage},
    {category, part: 'unreachable objects', bytes: garbage, touched: touchedGarbage},
  ];
}
