/**
 * The table `timers` → the graph's.
 */
import type {StringTable} from '../base/string-table.js';
import {NONE} from '../base/units.js';
import {TIMER_KINDS, type TimerTable} from '../graph/heap-graph.js';
import type {Connection} from './open-database.js';
import {contradiction, numberOr, positionOf, readRows, textOf} from './table-reader.js';

/** Throws `bad-format` when a row names a node that does not exist. */
export function readTimers(connection: Connection, nodes: number, strings: StringTable): TimerTable {
  const columns = 'id, kind, function, fires_at, seconds_left, period, address, object_id, argument_id';
  const rows = readRows(connection, 'timers', columns, 'id');
  const numbers = (column: number, missing = Number.NaN) => Float64Array.from(rows, (row) => numberOr(row[column], missing));
  const nodesOf = (column: number) =>
    Uint32Array.from(rows, (row) => {
      const node = numberOr(row[column], NONE);
      if (node !== NONE && !(Number.isInteger(node) && node > 0 && node < nodes))
        throw contradiction('timers', row[0], `there is no node ${node}`);
      return node;
    });
  return {
    count: rows.length,
    address: numbers(6),
    object: nodesOf(7),
    kind: Uint8Array.from(rows, (row) => positionOf(TIMER_KINDS, row[1], 'timers', row[0])),
    when: numbers(3),
    left: numbers(4),
    period: numbers(5, 0),
    functionName: Uint32Array.from(rows, (row) => strings.intern(textOf(row[2]))),
    argument: nodesOf(8),
  };
}
