/**
 * `goheap query`: read-only SQL over the database, as a table, CSV or JSON. Nothing but one reading statement is let through.
 */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags} from '../cli/flags.js';
import {printRows} from '../cli/print-rows.js';
import {endWithParentAtOnce} from '../database/end-with-parent.js';

export default class QueryCommand extends BaseCommand {
  static override summary = 'Run a read-only SQL query.';
  static override description =
    'Tables, columns and views are described in formats/sqlite/schema.sql. Addresses are plain numbers: print them with printf.';
  static override examples = [
    `<%= config.bin %> query core 'SELECT * FROM histogram LIMIT 10'`,
    `<%= config.bin %> query heap.db "SELECT printf('0x%x', address) AS at, size FROM objects WHERE reachable = 0" --csv`,
  ];
  static override args = {
    input: inputArg,
    sql: Args.string({name: 'SQL', description: 'one SELECT, WITH, VALUES or EXPLAIN statement', required: true}),
  };
  static override flags = {
    csv: Flags.boolean({description: 'print comma-separated values', exclusive: ['json']}),
    'csv-safe': Flags.boolean({
      description: "the same for spreadsheets: texts that begin as formulas do (= + - @) get a ' in front",
      exclusive: ['json'],
    }),
    wide: tableFlags.wide,
    ...coreFlags,
  };

  async run(): Promise<void> {
    const {args, flags} = await this.parse(QueryCommand);
    const format = this.jsonEnabled() ? 'json' : flags['csv-safe'] ? 'csv-safe' : flags.csv ? 'csv' : 'table';
    await this.withInput(args.input, flags, (database) => {
      endWithParentAtOnce(); // a user's statement may never end
      return printRows(database, args.sql, format, process.stdout, {width: this.tableWidth});
    });
  }
}
