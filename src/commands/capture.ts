/**
 * `goheap capture`: a process of this machine → a core, without a debugger.
 */
import {resolve} from 'node:path';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../base/errors.js';
import {formatBytes} from '../base/format-bytes.js';
import {shellWord} from '../base/shell-word.js';
import {captureProcess} from '../capture/capture-process.js';
import {BaseCommand} from '../cli/base-command.js';
import {numberFlag} from '../cli/flags.js';
import {supervisor} from '../cli/supervisor.js';
import {checkTarget} from '../library/write-heap.js';

const LONGEST_PAUSE_MS = 600_000;

export default class CaptureCommand extends BaseCommand {
  static override summary = 'Take a core of a running process of this machine.';
  static override description =
    'The process stands still while its memory is copied, about a second for a gigabyte, and goes on in any case: also when goheap is killed. Needs no debugger and no ptrace, but the right to read its memory: its user, or root.';
  static override examples = [
    '<%= config.bin %> capture 4711',
    '<%= config.bin %> capture 4711 -o before.core --max-pause 2000',
    '<%= config.bin %> capture 4711 --view',
  ];
  static override args = {process: Args.string({name: 'PID', description: 'number of the process', required: true})};
  static override flags = {
    output: Flags.string({char: 'o', description: 'file to write; else PID.core in the current folder', helpValue: 'FILE'}),
    force: Flags.boolean({description: 'replace an existing file'}),
    'max-pause': numberFlag({
      default: 5000,
      min: 1,
      max: LONGEST_PAUSE_MS,
      description: 'milliseconds after which the process goes on whatever was read',
      helpValue: 'MS',
    }),
    view: Flags.boolean({description: 'then look at it in the browser'}),
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(CaptureCommand);
    const pid = /^\d{1,10}$/.test(args.process) ? Number(args.process) : 0;
    if (pid === 0) throw new GoheapError('usage', `${args.process} is no number of a process`, {hint: 'See ps, or pgrep NAME.'});
    const path = resolve(flags.output ?? `${pid}.core`);
    checkTarget(path, flags.force);
    const onTemporary = (file: string) => supervisor?.temporary(file);
    const captured = await captureProcess(pid, path, {maxPauseMs: flags['max-pause'], onTemporary});
    if (captured.running > 0)
      this.note(
        `Note: ${captured.running} of ${captured.threads} threads ran just then: their registers are not in the core.`,
        flags.quiet,
      );
    const {bytes, pausedMs, threads, executable} = captured;
    this.log('%s', `${path}: ${formatBytes(bytes)} of memory, ${threads} threads; the process stood for ${Math.round(pausedMs)} ms`);
    if (!flags.view) this.log('%s', `Look at it: goheap view ${shellWord(path)} --exe ${shellWord(executable)}`);
    else {
      const {default: ViewCommand} = await import('./view.js');
      await ViewCommand.run([path, '--exe', executable], this.config);
    }
    return {path, ...captured};
  }
}
