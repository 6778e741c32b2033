/**
 * `goheap timers`: timers that will fire – when, what they call, and what they keep until then; one by one or by function.
 */
import * as Flags from '@oclif/core/flags';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {jsonRow} from '../cli/json-row.js';
import {pickColumns} from '../cli/pick-columns.js';
import {runQuery} from '../database/queries/run-query.js';
import {timerGroups, timers} from '../database/queries/suspect-queries.js';

export default class TimersCommand extends BaseCommand {
  static override summary = 'List the timers that will fire: when, what they call, what they keep alive.';
  static override examples = ['<%= config.bin %> timers core', '<%= config.bin %> timers heap.db --group'];
  static override args = {input: inputArg};
  static override flags = {
    group: Flags.boolean({description: 'together those that call the same function'}),
    top: topFlag(20, 'how many, most retained first'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(TimersCommand);
    const limit = flags.top;
    if (flags.group) {
      const groups = await this.withInput(args.input, flags, (database) => runQuery(database, timerGroups, {limit}));
      this.printTable(
        pickColumns(timerGroups, 'retained', 'timers', 'repeated', 'soonest', 'latest', 'kind', 'function'),
        groups,
        flags.bytes,
      );
      return groups;
    }
    const rows = await this.withInput(args.input, flags, (database) => runQuery(database, timers, {limit}));
    if (rows.length === 0) this.log('No timer will fire.');
    else this.printTable(pickColumns(timers, 'retained', 'seconds_left', 'period', 'object_id', 'kind', 'function'), rows, flags.bytes);
    return rows.map((row) => jsonRow(timers.columns, row));
  }
}
