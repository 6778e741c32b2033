/**
 * `goheap diff`: what is different between two dumps of a program, in sentences and tables.
 */
import * as Args from '@oclif/core/args';
import {BaseCommand} from '../cli/base-command.js';
import {cutDiff, diffLines} from '../cli/diff-text.js';
import {coreFlags, tableFlags, topFlag} from '../cli/flags.js';
import {type AskDatabase, diffHeaps} from '../database/diff-heaps.js';

export default class DiffCommand extends BaseCommand {
  static override summary = 'Tell what is different between two dumps of a program.';
  static override examples = [
    '<%= config.bin %> diff before.core after.core',
    '<%= config.bin %> diff monday.db tuesday.db wednesday.db --json',
  ];
  static override args = {
    before: Args.string({
      name: 'BEFORE',
      description: 'core dump, heap dump (of Go or Java), or database that goheap wrote',
      required: true,
    }),
    after: Args.string({name: 'AFTER', description: 'a later one, or one of another build', required: true}),
    third: Args.string({
      name: 'THIRD',
      description: 'a third one of the same process: what was born between the first two and lives in it',
    }),
  };
  static override flags = {
    top: topFlag(12, 'how many rows of each table'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(DiffCommand);
    const of =
      (input: string): AskDatabase =>
      (ask) =>
        this.withInput(input, flags, ask);
    const third = args.third === undefined ? undefined : of(args.third);
    const diff = await diffHeaps(of(args.before), of(args.after), third, this.work(flags.quiet));
    const shown = cutDiff(diff, flags.top);
    this.printLines(diffLines(shown, {isWhole: flags.wide, exact: flags.bytes, width: this.tableWidth}));
    return shown;
  }
}
