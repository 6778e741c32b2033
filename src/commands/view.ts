/**
 * `goheap view`: the viewer in the browser. Everything it does is in viewer/server.
 */
import {once} from 'node:events';
import * as Flags from '@oclif/core/flags';
import {openBrowser} from '../../viewer/server/open-browser.js';
import {startViewer} from '../../viewer/server/start-viewer.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, numberFlag} from '../cli/flags.js';

export default class ViewCommand extends BaseCommand {
  static override summary = 'Look at a core or a database in the browser.';
  static override description =
    'Prints the address and stays until Ctrl-C. The address works on this machine only, for whoever has the token in it.';
  static override examples = [
    '<%= config.bin %> view core --exe ./server',
    '<%= config.bin %> view heap.db --no-open --port 7777',
    '<%= config.bin %> view after.core --base before.core',
  ];
  static override args = {input: inputArg};
  static override flags = {
    base: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'an earlier dump of the program, or its database: what became another since then; several to choose from',
      helpValue: 'OLD',
    }),
    port: numberFlag({default: 0, min: 0, max: 65535, description: 'port to listen at; else any that is free'}),
    'no-open': Flags.boolean({description: 'start no browser'}),
    host: Flags.string({default: '127.0.0.1', description: 'address to listen at; one beyond this machine needs --token'}),
    token: Flags.string({env: 'GOHEAP_TOKEN', description: 'what the address ends with; else made up', helpValue: 'TEXT'}),
    ...coreFlags,
  };

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ViewCommand);
    const {host, port, token, quiet, base: bases = [], 'no-open': noOpen, ...core} = flags; // children see `core` in their arguments, where others may read it
    const signal = this.work(true).signal!;
    const viewer = await startViewer({input: args.input, bases, flags: core, version: this.config.version, host, port, token});
    try {
      for (const note of viewer.notes) this.note(note, quiet);
      process.stdout.write(`${this.jsonEnabled() ? JSON.stringify({url: viewer.url}) : viewer.url}\n`);
      if (!noOpen) openBrowser(viewer.url, process.env, (text) => this.note(text, quiet));
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      viewer.close();
    }
    signal.throwIfAborted();
  }
}
