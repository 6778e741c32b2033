/**
 * `goheap whatif`: how much would become garbage if pointers were set to nil or objects were gone, together, and who would still hold the rest.
 */
import * as Flags from '@oclif/core/flags';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {whatIfLines} from '../cli/what-if-text.js';
import {askWhatIf} from '../database/ask-what-if.js';
import type {SqlDatabase} from '../sql/index.js';

export default class WhatIfCommand extends BaseCommand {
  static override summary = 'Tell what would become garbage if pointers were set to nil or objects were gone, and who would hold the rest.';
  static override examples = [
    '<%= config.bin %> whatif core --cut main.server.cache',
    '<%= config.bin %> whatif heap.db --drop main.Session --drop main.index',
    '<%= config.bin %> whatif heap.db --cut 0xc000010000+24 --drop "goroutine 17"',
  ];
  static override args = {input: inputArg};
  static override flags = {
    cut: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'EDGE',
      description: 'without this pointer: a path (main.srv.cache), OBJECT+OFFSET, or all pointers of OBJECT',
    }),
    drop: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'OBJECT',
      description: 'without this object or variable, all objects of a type, or what a path leads to',
    }),
    top: topFlag(10, 'how many types, owners and holders'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(WhatIfCommand);
    const {cut = [], drop = [], top} = flags;
    const ask = (database: SqlDatabase) => askWhatIf(database, {cut, drop, top}, this.work(flags.quiet));
    const answer = await this.withInput(args.input, flags, ask);
    this.printLines(whatIfLines(answer, top, {exact: flags.bytes, width: this.tableWidth}));
    return answer;
  }
}
