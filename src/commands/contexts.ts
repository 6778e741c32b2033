/**
 * `goheap contexts`: live objects of package context – what each was made from, how many it cancels, until when it runs, and what holds it.
 */
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {jsonRow} from '../cli/json-row.js';
import {dumpPlace} from '../database/core-files.js';
import {LateValues} from '../database/late-values.js';
import {runQuery} from '../database/queries/run-query.js';
import {contexts} from '../database/queries/suspect-queries.js';
import {readExpressions} from '../database/stored-expressions.js';
import {askForTypes} from '../sql/read-types.js';

const COLUMNS = {
  children: 'count',
  retained: 'bytes',
  id: 'node',
  parent_id: 'node',
  deadline: 'text',
  type: 'text',
  name: 'text',
} as const;

export default class ContextsCommand extends BaseCommand {
  static override summary = 'List the live contexts: parent, deadline, how many contexts end with each, what holds it.';
  static override examples = ['<%= config.bin %> contexts core', '<%= config.bin %> contexts heap.db --top 100 --json'];
  static override args = {input: inputArg};
  static override flags = {top: topFlag(20, 'how many, those with most children first'), ...tableFlags, ...coreFlags};

  async run(): Promise<object> {
    const {args, flags} = await this.parse(ContextsCommand);
    const rows = await this.withInput(args.input, flags, async (database) => {
      await using values = new LateValues(database.path, dumpPlace(args.input, flags));
      const found = await runQuery(database, contexts, {limit: flags.top});
      const ids = found.map(({id}) => id!);
      const names = await readExpressions(database, await askForTypes(database), ids, values);
      return found.map((row) => ({...row, name: names.get(row.id!) ?? null}));
    });
    if (rows.length === 0) this.log('No live context that anything was made from.');
    else this.printTable(COLUMNS, rows, flags.bytes);
    return rows.map((row) => jsonRow(contexts.columns, row));
  }
}
