/**
 * `goheap top`: what holds the memory, in names; with `--under` the level below one of these; with `--all` every variable, goroutine and object by what it alone keeps alive.
 */
import * as Flags from '@oclif/core/flags';
import type {Work} from '../base/progress.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {foldChains} from '../cli/fold-chains.js';
import {holderJson, holderTable} from '../cli/holder-text.js';
import {jsonRow} from '../cli/json-row.js';
import {pickColumns} from '../cli/pick-columns.js';
import type {CoreFlags} from '../database/core-files.js';
import {findNode} from '../database/find-node.js';
import {readHoldersUnder} from '../database/holders-under.js';
import {findMostRetained} from '../database/largest-nodes.js';
import {holders} from '../database/queries/holder-queries.js';
import {type RowOf, runQuery} from '../database/queries/run-query.js';
import {TOP_LISTED, top, topOfNodes} from '../database/queries/top-queries.js';
import type {SqlDatabase} from '../sql/index.js';

type Holder = Awaited<ReturnType<typeof readHoldersUnder>>[number];

/** Node ids of a chain that a line of the table names. */
const NAMED = 8;

export default class TopCommand extends BaseCommand {
  static override summary = 'Tell in names what holds the memory, or list the variables and objects that retain the most.';
  static override examples = [
    '<%= config.bin %> top core',
    '<%= config.bin %> top heap.db --under main.cache',
    '<%= config.bin %> top heap.db --all --top 100 --bytes',
  ];
  static override args = {input: inputArg};
  static override flags = {
    top: topFlag(12, 'how many'),
    all: Flags.boolean({description: 'list single variables, goroutines and objects, also those inside others'}),
    under: Flags.string({
      description: 'the next level: what this variable or object keeps alive, as rows of the same form',
      helpValue: 'OBJECT',
      exclusive: ['all'],
    }),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(TopCommand);
    if (flags.all) return this.#listAll(args.input, flags);
    const {under, top: limit} = flags;
    const print = (rows: readonly Holder[]) => this.#print(rows, flags);
    const rows =
      under === undefined
        ? await this.withInput(args.input, flags, (database) => runQuery(database, holders, {limit}), print)
        : await this.withInput(args.input, flags, async (database) =>
            readHoldersUnder(database, await findNode(database, under), limit, {work: this.work(flags.quiet)}),
          );
    if (under !== undefined) print(rows);
    return rows.map(holderJson);
  }

  #print(rows: readonly Holder[], {under, wide, bytes}: {under: string | undefined; wide: boolean; bytes: boolean}): void {
    const {rows: cells, below} = holderTable(rows, {isWhole: wide, isExact: bytes, thread: this.thread});
    const first = ['rank', 'retained', 'share', 'count'] as const;
    const columns = under === undefined ? first : [...first, 'node_id' as const]; // these rows have no other name by which one could go on
    if (rows.length === 0) this.log('%s', `${under} keeps nothing alive alone: other paths lead to all that it points to.`);
    else this.printTable(pickColumns(holders, ...columns, 'name', 'type'), cells, bytes, below);
  }

  async #listAll(input: string, flags: {top: number; bytes: boolean; quiet: boolean} & CoreFlags): Promise<object> {
    const chains = await this.withInput(input, flags, async (database) => {
      if (flags.top > TOP_LISTED) this.note(`More than ${TOP_LISTED}: looking for those that retain most`, flags.quiet);
      return foldChains(await biggest(database, flags.top, this.work(flags.quiet))).slice(0, flags.top);
    });
    const rows = chains.map(({row: {dominator_id: _, ...row}, folded}) => ({...row, folded}));
    const below = chains.map(({folded}) => chainText(folded));
    this.printTable(
      pickColumns(top, 'rank', 'retained', 'share', 'retained_objects', 'kind', 'id', 'name', 'type'),
      rows,
      flags.bytes,
      below,
    );
    return rows.map((row) => jsonRow(top.columns, row));
  }
}

/** Those that the database lists, from which chains may take many, or more. */
async function biggest(database: SqlDatabase, limit: number, work: Work): Promise<RowOf<typeof top>[]> {
  if (limit <= TOP_LISTED) return runQuery(database, top, {limit: TOP_LISTED});
  return runQuery(database, topOfNodes, {ids: JSON.stringify(await findMostRetained(database, limit, work))});
}

function chainText(folded: readonly number[]): string[] {
  if (folded.length === 0) return [];
  const more = folded.length > NAMED ? ` and ${folded.length - NAMED} more` : '';
  return [`down the chain, each nearly all of it: ${folded.slice(0, NAMED).join(', ')}${more}`];
}
