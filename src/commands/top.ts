/**
 * `goheap top`: variables, goroutines and objects by what they alone keep alive.
 */
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {pickColumns} from '../cli/pick-columns.js';
import {runQuery} from '../database/queries/run-query.js';
import {TOP_LISTED, top, topOfAll} from '../database/queries/top-queries.js';

export default class TopCommand extends BaseCommand {
  static override summary = 'List the variables and objects that retain the most memory.';
  static override examples = ['<%= config.bin %> top core', '<%= config.bin %> top heap.db --top 100 --bytes'];
  static override args = {input: inputArg};
  static override flags = {
    top: topFlag(20, 'how many'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(TopCommand);
    const isListed = flags.top <= TOP_LISTED;
    const rows = await this.withInput(args.input, flags, (database) => {
      if (!isListed) this.note(`More than ${TOP_LISTED}: going through all nodes`, flags.quiet);
      return runQuery(database, isListed ? top : topOfAll, {limit: flags.top});
    });
    this.printTable(pickColumns(top, 'rank', 'retained', 'share', 'retained_objects', 'kind', 'id', 'name', 'type'), rows, flags.bytes);
    return rows;
  }
}
