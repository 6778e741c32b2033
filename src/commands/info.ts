/**
 * `goheap info`: what program this was, how its heap is used, what could not be read.
 */
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags} from '../cli/flags.js';
import {infoLines} from '../cli/info-text.js';
import {readInfo} from '../database/read-info.js';

export default class InfoCommand extends BaseCommand {
  static override summary = 'Show the program, its heap, goroutines and memory by use, and what could not be read.';
  static override examples = ['<%= config.bin %> info core', '<%= config.bin %> info heap.db --json'];
  static override args = {input: inputArg};
  static override flags = {...tableFlags, ...coreFlags};

  protected override readonly notesLosses = false;

  async run(): Promise<object> {
    const {args, flags} = await this.parse(InfoCommand);
    return this.withInput(args.input, flags, readInfo, (info) => {
      this.printLines(infoLines(info, {exact: flags.bytes, width: this.tableWidth}));
    });
  }
}
