/**
 * `goheap trend`: what grows from dump to dump of a program.
 */
import * as Args from '@oclif/core/args';
import {GoheapError} from '../base/errors.js';
import {BaseCommand} from '../cli/base-command.js';
import {trendTable} from '../cli/diff-text.js';
import {coreFlags, tableFlags, topFlag} from '../cli/flags.js';
import {type AskDatabase, trendOfHeaps} from '../database/diff-heaps.js';
import {SECTIONS} from '../findings/heap-rows.js';

export default class TrendCommand extends BaseCommand {
  static override summary = 'Tell what grows from dump to dump of a program.';
  static override examples = ['<%= config.bin %> trend monday.db tuesday.db wednesday.db'];
  static override strict = false;
  static override args = {
    inputs: Args.string({name: 'INPUT', description: 'core dumps, or databases that goheap wrote, the oldest first', required: true}),
  };
  static override flags = {
    top: topFlag(12, 'how many rows of each table'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {argv, flags} = await this.parse(TrendCommand);
    if (argv.length < 2) throw new GoheapError('usage', 'One dump has no trend', {hint: 'Give several, the oldest first.'});
    const trend = await trendOfHeaps(
      (argv as string[]).map(
        (input): AskDatabase =>
          (ask) =>
            this.withInput(input, flags, ask),
      ),
    );
    const sections = SECTIONS.map((section) => [section, trend[section].slice(0, flags.top)] as const);
    for (const sentence of trend.sentences) this.log('%s', sentence);
    for (const [section, rows] of sections) {
      if (rows.length === 0) continue;
      this.log('');
      this.log('%s', section.replaceAll('_', ' ').toUpperCase());
      const {columns, cells} = trendTable(rows, {isWhole: flags.wide});
      this.printTable(columns, cells, flags.bytes);
    }
    if (sections.every(([, rows]) => rows.length === 0)) this.log('Nothing is different.');
    return {sentences: trend.sentences, ...Object.fromEntries(sections)};
  }
}
