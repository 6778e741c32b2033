/**
 * `goheap info`: what program this was, how its heap is used, what could not be read.
 */

import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags} from '../cli/flags.js';
import type {TableColumns} from '../cli/table.js';
import {listLosses} from '../database/losses.js';
import {facts, goroutineStates, memory, rootKinds, warnings} from '../database/queries/info-queries.js';
import {runQuery} from '../database/queries/run-query.js';

export default class InfoCommand extends BaseCommand {
  static override summary = 'Show the program, its heap, goroutines and memory by use, and what could not be read.';
  static override examples = ['<%= config.bin %> info core', '<%= config.bin %> info heap.db --json'];
  static override args = {input: inputArg};
  static override flags = {...tableFlags, ...coreFlags};

  protected override readonly notesLosses = false;

  async run(): Promise<object> {
    const {args, flags} = await this.parse(InfoCommand);
    const known = await this.withInput(args.input, flags, async (database) => ({
      facts: Object.fromEntries((await runQuery(database, facts, {})).map(({key, value}) => [key, value])),
      roots: await runQuery(database, rootKinds, {}),
      goroutines: await runQuery(database, goroutineStates, {}),
      memory: await runQuery(database, memory, {}),
      warnings: await runQuery(database, warnings, {}),
    }));
    const result = {losses: listLosses(known.facts), ...known};
    for (const loss of result.losses) this.log('%s', loss);
    if (result.losses.length > 0) this.log('');
    this.printFields(factColumns(result.facts), result.facts, flags.bytes);
    for (const query of [rootKinds, goroutineStates, memory, warnings]) {
      const rows = result[SECTIONS[query.id]];
      if (rows.length === 0) continue;
      this.log('\n%s', query.title);
      this.printTable(query.columns, rows, flags.bytes);
    }
    return result;
  }
}

/** The facts that are sizes; `value_layouts` is for programs, not for people. */
function factColumns(values: Readonly<Record<string, unknown>>): TableColumns {
  const names = Object.keys(values).filter((name) => name !== 'value_layouts');
  return Object.fromEntries(names.map((name) => [name, name.endsWith('_bytes') ? 'bytes' : 'text']));
}

/** Query id → key of the result. */
const SECTIONS = {'root-kinds': 'roots', 'goroutine-states': 'goroutines', memory: 'memory', warnings: 'warnings'} as const;
