/**
 * `goheap info`: what program this was, how its heap is used, what could not be read.
 */
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags} from '../cli/flags.js';
import {fieldsOfInfo} from '../cli/info-fields.js';
import {listLosses} from '../database/losses.js';
import {facts, goroutineStates, memory, rootKinds, warnings} from '../database/queries/info-queries.js';
import {memoryFigures} from '../database/queries/memory-figures.js';
import {runQuery} from '../database/queries/run-query.js';
import type {SqlDatabase} from '../sql/index.js';

export default class InfoCommand extends BaseCommand {
  static override summary = 'Show the program, its heap, goroutines and memory by use, and what could not be read.';
  static override examples = ['<%= config.bin %> info core', '<%= config.bin %> info heap.db --json'];
  static override args = {input: inputArg};
  static override flags = {...tableFlags, ...coreFlags};

  protected override readonly notesLosses = false;

  async run(): Promise<object> {
    const {args, flags} = await this.parse(InfoCommand);
    return this.withInput(args.input, flags, readInfo, (info) => this.#print(info, flags.bytes));
  }

  #print(info: Info, exact: boolean): void {
    const count = (rows: typeof info.goroutines) => rows.reduce((total, row) => total + (row.goroutines ?? 0), 0);
    const counts = {goroutines: count(info.goroutines), systemGoroutines: count(info.goroutines.filter(({system}) => system === 1))};
    const [main, more] = fieldsOfInfo(info.facts, info.losses, counts, memoryFigures(info.memory), exact);
    this.printLabelled(main);
    this.log('');
    this.printLabelled(more);
    for (const query of [rootKinds, goroutineStates, memory, warnings]) {
      const rows = info[SECTIONS[query.id]];
      if (rows.length === 0) continue;
      this.log('\n%s', query.title);
      this.printTable(query.columns, rows, exact);
    }
  }
}

type Info = Awaited<ReturnType<typeof readInfo>>;

async function readInfo(database: SqlDatabase) {
  const known = Object.fromEntries((await runQuery(database, facts, {})).map(({key, value}) => [key, value]));
  return {
    losses: listLosses(known),
    facts: known,
    roots: await runQuery(database, rootKinds, {}),
    goroutines: await runQuery(database, goroutineStates, {}),
    memory: await runQuery(database, memory, {}),
    warnings: await runQuery(database, warnings, {}),
  };
}

/** Query id → key of the result. */
const SECTIONS = {'root-kinds': 'roots', 'goroutine-states': 'goroutines', memory: 'memory', warnings: 'warnings'} as const;
