/**
 * `goheap diff`: what is different between two dumps of a program, in sentences and tables.
 */
import * as Args from '@oclif/core/args';
import {BaseCommand} from '../cli/base-command.js';
import {diffColumns, diffTable, keptColumns, livesColumns} from '../cli/diff-text.js';
import {coreFlags, tableFlags, topFlag} from '../cli/flags.js';
import type {TableColumns, TableRow} from '../cli/table.js';
import {type AskDatabase, diffHeaps} from '../database/diff-heaps.js';
import {SECTIONS} from '../findings/heap-rows.js';

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
    const cut = <T>(rows: readonly T[]) => rows.slice(0, flags.top);
    const sections = SECTIONS.map((section) => [section, cut(diff[section])] as const);
    const objects = diff.objects && cut(diff.objects);
    const kept = diff.kept && cut(diff.kept);
    for (const sentence of diff.sentences) this.log('%s', sentence);
    if (kept?.length) this.#print('born between the first two, and alive in the third', keptColumns, kept, flags.bytes);
    for (const [section, rows] of sections) {
      const {cells, below} = diffTable(rows, {isWhole: flags.wide});
      if (rows.length > 0) this.#print(section.replaceAll('_', ' '), diffColumns, cells, flags.bytes, below);
    }
    if (objects?.length) this.#print('objects of this process', livesColumns, objects, flags.bytes);
    if (sections.every(([, rows]) => rows.length === 0) && !objects?.length) this.log('Nothing is different.');
    return {sentences: diff.sentences, ...Object.fromEntries(sections), objects, kept};
  }

  #print(title: string, columns: TableColumns, rows: readonly object[], isExact: boolean, below?: readonly (readonly string[])[]): void {
    this.log('');
    this.log('%s', title.toUpperCase());
    this.printTable(columns, rows as readonly TableRow[], isExact, below);
  }
}
