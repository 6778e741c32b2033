/**
 * The tree of paths by which objects are held → a table whose names are indented by their level, and what is not in it in sentences.
 */
import type {HeldByRow, HeldByTree} from '../database/read-held-by.js';
import {formatCell, formatTable, type TableOptions} from './table.js';

const COLUMNS = {bytes: 'bytes', count: 'count', releases: 'text', name: 'text'} as const;

export function heldByLines({rows, objects, bytes, garbage, excluded, unknown}: HeldByTree, options: TableOptions): string[] {
  const cells = rows.map((row) => ({
    ...row,
    releases: releasesText(row, options.exact),
    name: `${'  '.repeat(row.level)}${row.name ?? 'others'}`,
  }));
  return [
    ...(rows.length > 0 ? formatTable(COLUMNS, cells, options) : []),
    `${objects} ${objects === 1 ? 'object' : 'objects'}, ${formatCell(bytes, 'bytes', options.exact)}.`,
    ...(excluded > 0 ? [`Nothing else holds ${excluded} of them.`] : []),
    ...(garbage > 0 ? [`Nothing reaches ${garbage} of them.`] : []),
    ...(unknown > 0 ? [`${unknown} are at the end of paths of more than a million pointers.`] : []),
  ];
}

function releasesText({releases, exact}: HeldByRow, isWhole: boolean | undefined): string {
  if (releases === null) return '-';
  return `${exact ? '' : '≥ '}${formatCell(releases, 'bytes', isWhole)}`;
}
