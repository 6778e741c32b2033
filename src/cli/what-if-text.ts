/**
 * The answer to "what if" → lines: how much becomes garbage, of what, and who still holds the rest.
 */
import type {AskedWhatIf} from '../database/ask-what-if.js';
import {formatCell, formatTable, type TableColumns, type TableOptions, type TableRow} from './table.js';

const SUMS = {bytes: 'bytes', objects: 'count'} as const;

/** `top`: how many rows a table has at most. */
export function whatIfLines(answer: AskedWhatIf, top: number, options: TableOptions): string[] {
  const {garbage, stays, types, owners, held, pointers, nodes} = answer;
  const sumText = (sum: {readonly objects: number; readonly bytes: number}) =>
    `${formatCell(sum.bytes, 'bytes', options.exact)} in ${formatCell(sum.objects, 'count')} ${sum.objects === 1 ? 'object' : 'objects'}`;
  const without = [counted(pointers, 'pointer'), counted(nodes, 'node')].filter((text) => text !== '').join(' and ');
  const table = (title: string, columns: TableColumns, rows: readonly TableRow[]) => {
    if (rows.length === 0) return [];
    return ['', `${title}${rows.length === top ? ` (the first ${top})` : ''}`, ...formatTable(columns, rows, options)];
  };
  const rowsOf = (rows: readonly object[]) => rows.map((row): TableRow => ({...row}));
  return [
    `Without ${without} garbage: ${sumText(garbage)}, ${formatCell(garbage.share, 'share')} of the live heap.`,
    ...(stays.objects > 0 ? [`Stays, because others hold it too: ${sumText(stays)}.`] : []),
    ...table('Garbage by type', {...SUMS, type: 'text'}, rowsOf(types)),
    ...table('Garbage by owner', {...SUMS, kind: 'text', owner: 'text'}, rowsOf(owners)),
    ...table(
      'Still held',
      {...SUMS, count: 'count', node_id: 'node', name: 'text', type: 'text'},
      held.map((row) => ({...row, name: row.name ?? 'others'})),
    ),
  ];
}

function counted(count: number, what: string): string {
  return count === 0 ? '' : `${formatCell(count, 'count')} ${what}${count === 1 ? '' : 's'}`;
}
