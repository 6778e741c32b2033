/**
 * `goheap capture`: a process of this machine, or a service with goheap's handler → a core.
 */
import {resolve} from 'node:path';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../base/errors.js';
import {formatBytes} from '../base/format-bytes.js';
import {shellWord} from '../base/shell-word.js';
import {checkTarget} from '../base/write-whole.js';
import {captureProcess} from '../capture/capture-process.js';
import {captureUrl} from '../capture/capture-url.js';
import {BaseCommand} from '../cli/base-command.js';
import {numberFlag} from '../cli/flags.js';

const LONGEST_PAUSE_MS = 600_000;

interface CaptureFlags {
  readonly 'max-pause': number;
  readonly gdb: boolean;
  readonly force: boolean;
  readonly header?: string[] | undefined;
  readonly quiet: boolean;
}

export default class CaptureCommand extends BaseCommand {
  static override summary = 'Take a core of a running process.';
  static override description =
    'A process of this machine stands still while its memory is copied, about a second for a gigabyte, and goes on in any case: also when goheap is killed. That needs no debugger and no ptrace, but the right to read its memory: its user, or root. A service that has the handler of the Go module capture sends its core itself.';
  static override examples = [
    '<%= config.bin %> capture 4711',
    '<%= config.bin %> capture 4711 -o before.core --max-pause 2000',
    '<%= config.bin %> capture http://localhost:6061/debug/goheap/ --view',
  ];
  static override args = {
    process: Args.string({name: 'PROCESS', description: "number of a process, or address of a service's handler", required: true}),
  };
  static override flags = {
    output: Flags.string({
      char: 'o',
      description: 'file to write; else PID.core, or service.core, in the current folder',
      helpValue: 'FILE',
    }),
    force: Flags.boolean({description: 'replace an existing file'}),
    'max-pause': numberFlag({
      default: 5000,
      min: 1,
      max: LONGEST_PAUSE_MS,
      description: 'milliseconds after which the process goes on whatever was read',
      helpValue: 'MS',
    }),
    gdb: Flags.boolean({description: 'have gdb do it: all registers of all threads, a longer pause, and ptrace(2) is needed'}),
    header: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'sent to the service, if it asks who is calling',
      helpValue: "'NAME: VALUE'",
    }),
    view: Flags.boolean({description: 'then look at it in the browser'}),
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(CaptureCommand);
    const isUrl = /^https?:\/\//.test(args.process);
    const path = resolve(flags.output ?? (isUrl ? 'service.core' : `${args.process}.core`));
    if (!isUrl && !/^\d{1,10}$/.test(args.process)) {
      throw new GoheapError('usage', `${args.process} is no number of a process and no http address`, {hint: 'See ps, or pgrep NAME.'});
    }
    checkTarget(path, {force: flags.force});
    const captured = isUrl ? await this.#download(args.process, path, flags) : await this.#read(Number(args.process), path, flags);
    if (!flags.view) this.log('%s', `Look at it: goheap view ${shellWord(path)} --exe ${shellWord(captured.executable)}`);
    else {
      const {default: ViewCommand} = await import('./view.js');
      await ViewCommand.run([path, '--exe', captured.executable], this.config);
    }
    return {path, ...captured};
  }

  async #read(pid: number, path: string, flags: CaptureFlags): Promise<{executable: string}> {
    const {'max-pause': maxPauseMs, gdb, force, quiet} = flags;
    const captured = await captureProcess(pid, path, {maxPauseMs, gdb, force}, this.work(quiet));
    const {bytes, pausedMs, threads, running} = captured;
    if (running > 0) this.note(`Note: ${running} of ${threads} threads ran just then: their registers are not in the core.`, quiet);
    const what = gdb ? `${formatBytes(bytes)}, by gdb` : `${formatBytes(bytes)} of memory, ${threads} threads`;
    this.log('%s', `${path}: ${what}; the process stood for ${Math.round(pausedMs)} ms`);
    return captured;
  }

  async #download(url: string, path: string, {header = [], force, quiet}: CaptureFlags): Promise<{executable: string}> {
    const headers = Object.fromEntries(header.map(parseHeader));
    const captured = await captureUrl(url, path, {headers, force}, this.work(quiet));
    this.log('%s', `${path}: a ${captured.kind} of ${formatBytes(captured.bytes)}; the service stood for ${captured.pause}`);
    return captured;
  }
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon < 1) throw new GoheapError('usage', `--header ${line}: expected a name, a colon and a value`);
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}
