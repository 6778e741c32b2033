/**
 * What is known of a dump → lines: labelled facts in two groups, then its tables.
 */
import {goroutineStates, memory, rootKinds, warnings} from '../database/queries/info-queries.js';
import {memoryFigures} from '../database/queries/memory-figures.js';
import type {ReadInfo} from '../database/read-info.js';
import {fieldsOfInfo} from './info-fields.js';
import {formatLabelled, formatTable, type TableOptions} from './table.js';

/** Query id → key of the result. */
const SECTIONS = {'root-kinds': 'roots', 'goroutine-states': 'goroutines', memory: 'memory', warnings: 'warnings'} as const;

/** What `fieldsOfInfo` needs of the tables. */
export type InfoRows = Pick<ReadInfo, 'facts' | 'losses' | 'goroutines' | 'memory'>;

/** The facts in their two groups. */
export function infoFields(info: InfoRows, exact: boolean): ReturnType<typeof fieldsOfInfo> {
  const count = (rows: typeof info.goroutines) => rows.reduce((total, row) => total + (row.goroutines ?? 0), 0);
  const counts = {goroutines: count(info.goroutines), systemGoroutines: count(info.goroutines.filter(({system}) => system === 1))};
  return fieldsOfInfo(info.facts, info.losses, counts, memoryFigures(info.memory), exact);
}

export function infoLines(info: ReadInfo, options: TableOptions): string[] {
  const [main, more] = infoFields(info, options.exact === true);
  const tables = [rootKinds, goroutineStates, memory, warnings].flatMap((query) => {
    const rows = info[SECTIONS[query.id]];
    return rows.length === 0 ? [] : ['', query.title, ...formatTable(query.columns, rows, options)];
  });
  return [...formatLabelled(main, options.width), '', ...formatLabelled(more, options.width), ...tables];
}
