/**
 * `goheap mcp`: dumps for an assistant, as a Model Context Protocol server on standard input and output. All of it is in src/mcp.
 */
import {basename} from 'node:path';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags} from '../cli/flags.js';
import {dumpPlace} from '../database/core-files.js';
import {checkCore} from '../image/check-core.js';
import type {McpInput} from '../mcp/answer-process.js';
import {serveMcp} from '../mcp/serve-mcp.js';
import {openDatabase} from '../sql/index.js';
import {isSqliteFile} from '../sql/open-database.js';

export default class McpCommand extends BaseCommand {
  static override summary = 'Let an assistant ask about dumps: a Model Context Protocol server on standard input and output.';
  static override description =
    'Clients start it; it stays until they close its input. It only reads, and answers with names and numbers: strings of the heap only with --contents.';
  static override examples = ['<%= config.bin %> mcp core --exe ./server', '<%= config.bin %> mcp monday.db tuesday.db'];
  static override enableJsonFlag = false;
  static override strict = false;
  static override args = {
    inputs: Args.string({
      name: 'INPUT',
      description: 'core dumps, heap dumps or databases that goheap wrote, the oldest first',
      required: true,
    }),
  };
  static override flags = {
    contents: Flags.boolean({description: 'answers may have strings of the heap: values, keys of maps, labels, the command line'}),
    ...coreFlags,
  };

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(McpCommand);
    for (const input of argv as string[]) await checkInput(input); // who starts the server sees it, not the first who asks
    const open = async () => {
      const inputs: McpInput[] = [];
      for (const input of argv as string[]) {
        const database = await this.withInput(input, flags, async ({path}) => path);
        inputs.push({name: basename(input), database, dump: dumpPlace(input, flags)});
      }
      return {inputs, contents: flags.contents};
    };
    const signal = this.work(true).signal!;
    await serveMcp({version: this.config.version, open, signal});
    signal.throwIfAborted();
  }
}

/** Throws `io` or `bad-format` for what is no dump and no database. */
async function checkInput(input: string): Promise<void> {
  if (isSqliteFile(input)) await (await openDatabase(input)).close();
  else await checkCore(input);
}
