/**
 * `goheap suspects`: what leaks, what is kept without need, what is wasted: problems first, in sentences, with what to do and where to look next.
 */
import {shellWord} from '../base/shell-word.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, topFlag} from '../cli/flags.js';
import {type SuspectRow, suspectLines} from '../cli/suspect-text.js';
import {runQuery} from '../database/queries/run-query.js';
import {suspects} from '../database/queries/suspect-queries.js';

export default class SuspectsCommand extends BaseCommand {
  static override summary = 'Tell what leaks, what keeps memory without need and what is wasted, and what to do about it.';
  static override examples = ['<%= config.bin %> suspects core', '<%= config.bin %> suspects heap.db --json'];
  static override args = {input: inputArg};
  static override flags = {top: topFlag(20, 'how many, problems first'), ...coreFlags};

  async run(): Promise<object> {
    const {args, flags} = await this.parse(SuspectsCommand);
    const shown = (row: SuspectRow) => ({...row, next: row.next!.replace('INPUT', shellWord(args.input))});
    const found = await this.withInput(args.input, flags, (database) => runQuery(database, suspects, {limit: flags.top}));
    const rows = found.map(shown);
    this.#print(rows);
    return rows.map((row) => ({...row, evidence: JSON.parse(row.evidence!)}));
  }

  #print(rows: readonly SuspectRow[]): void {
    if (rows.length === 0) this.log('Nothing stands out. goheap top shows what holds the memory.');
    for (const [index, row] of rows.entries()) {
      if (index > 0) this.log('');
      this.printLines(suspectLines(row, row.next!, this.tableWidth));
    }
  }
}
