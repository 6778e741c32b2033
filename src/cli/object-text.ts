/**
 * What is known of a node → its fields, and a table for each of its sides.
 */
import {dominated} from '../database/queries/dominator-queries.js';
import {inbound, outbound} from '../database/queries/edge-queries.js';
import {allocation, node} from '../database/queries/node-queries.js';
import type {ReadObject} from '../database/read-object.js';
import {pickColumns} from './pick-columns.js';
import {staticNote} from './static-note.js';
import {formatFields, formatTable, type TableColumns, type TableOptions, type TableRow} from './table.js';

/** `top`: how many rows a table has at most. */
export function objectLines(object: ReadObject, top: number, options: TableOptions): string[] {
  const note = staticNote([object]);
  const table = (title: string, columns: TableColumns, rows: readonly TableRow[]) => {
    if (rows.length === 0) return [];
    return ['', `${title}${rows.length === top ? ` (the first ${top})` : ''}`, ...formatTable(columns, rows, options)];
  };
  return [
    ...formatFields({...node.columns, value: 'text'}, {...object, value: object.value?.text}, options),
    ...(note === undefined ? [] : [note]),
    ...table('Allocated in', allocation.columns, object.allocated),
    ...table(
      'Points to',
      pickColumns(outbound, 'offset', 'releases', 'target_retained', 'target_id', 'target', 'field', 'target_type'),
      object.outbound,
    ),
    ...table(
      'Pointed to by',
      pickColumns(inbound, 'source_id', 'releases', 'source_retained', 'offset', 'source', 'field', 'source_type'),
      object.inbound,
    ),
    ...table('Keeps alive alone', pickColumns(dominated, 'rank', 'retained', 'size', 'kind', 'node_id', 'name', 'type'), object.dominated),
  ];
}
