/**
 * `goheap goroutines`: stacks with their states, waits and labels, and what each retains; one by one or grouped by equal stacks.
 */
import * as Flags from '@oclif/core/flags';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {pickColumns} from '../cli/pick-columns.js';
import {stackLines} from '../cli/stack-text.js';
import {wrapIndented} from '../cli/wrap-text.js';
import type {CoreFlags} from '../database/core-files.js';
import {readGoroutineStacks} from '../database/goroutine-stacks.js';
import {goroutineGroups, goroutines, goroutinesByLabel} from '../database/queries/goroutine-queries.js';
import {runQuery} from '../database/queries/run-query.js';

export default class GoroutinesCommand extends BaseCommand {
  static override summary = 'Show goroutines with their stacks, what they wait for, and what they retain.';
  static override examples = [
    '<%= config.bin %> goroutines core',
    '<%= config.bin %> goroutines heap.db --group --locals',
    '<%= config.bin %> goroutines core --leaked --group',
    '<%= config.bin %> goroutines heap.db --by label --label tenant',
  ];
  static override args = {input: inputArg};
  static override flags = {
    group: Flags.boolean({description: 'together those with equal stacks'}),
    by: Flags.option({
      options: ['label'] as const,
      description: 'a table of those with equal profiler labels',
      exclusive: ['group'],
    })(),
    label: Flags.string({helpValue: 'KEY', description: 'of --by label: by the values of this label alone', dependsOn: ['by']}),
    locals: Flags.boolean({description: 'also the local variables that hold pointers, with what each retains'}),
    leaked: Flags.boolean({description: 'only those that never run again: nothing leads to what they wait for'}),
    top: topFlag(20, 'how many, the most expensive first'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(GoroutinesCommand);
    if (flags.by !== undefined) return this.#listLabels(args.input, flags);
    const stacks = await this.withInput(args.input, flags, async (database) => {
      const wanted = {leaked: flags.leaked ? 1 : 0, limit: flags.top};
      const heads = flags.group
        ? await runQuery(database, goroutineGroups, {filter: '', ...wanted})
        : await runQuery(database, goroutines, wanted);
      return readGoroutineStacks(database, heads, flags.locals);
    });
    for (const [i, stack] of stacks.entries()) {
      if (i > 0) this.log('');
      for (const line of stackLines(stack, flags.bytes, this.thread)) this.#printWrapped(line);
    }
    return stacks;
  }

  async #listLabels(input: string, {label = '', leaked, top: limit, bytes, ...flags}: LabelFlags): Promise<object> {
    const rows = await this.withInput(input, flags, (database) =>
      runQuery(database, goroutinesByLabel, {key: label, leaked: leaked ? 1 : 0, limit}),
    );
    const cells = rows.map((row) => ({
      ...row,
      labels: row.labels === null ? '-' : labelText(row.labels),
      function: row.function ?? 'several',
    }));
    this.printTable(pickColumns(goroutinesByLabel, 'retained', 'stack_bytes', 'goroutines', 'stacks', 'labels', 'function'), cells, bytes);
    return rows;
  }

  /** A frame is a line, and one for each of its locals. */
  #printWrapped(text: string): void {
    for (const line of text.split('\n').flatMap((part) => wrapIndented(part, this.tableWidth))) this.log('%s', line);
  }
}

interface LabelFlags extends CoreFlags {
  readonly label?: string | undefined;
  readonly leaked: boolean;
  readonly top: number;
  readonly bytes: boolean;
  readonly quiet?: boolean;
}

/** `tenant=7 path=/cart`. */
function labelText(labels: string): string {
  return Object.entries(JSON.parse(labels) as Record<string, string>)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}
