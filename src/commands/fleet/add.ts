/**
 * `goheap fleet add`: cores → a fleet's Parquet files. All of it is in src/fleet/add-dumps.ts.
 */
import {availableParallelism} from 'node:os';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../../base/errors.js';
import {BaseCommand} from '../../cli/base-command.js';
import {coreFlags, numberFlag} from '../../cli/flags.js';
import {addDumps, type Outcome} from '../../fleet/add-dumps.js';
import {readPathPattern} from '../../fleet/path-labels.js';

const FAILED = 1;
/** A core takes two threads for most of its time. */
const THREADS = 2;

export default class FleetAddCommand extends BaseCommand {
  static override summary = 'Add dumps to a fleet: a few rows of Parquet each, for questions over all of them.';
  static override description =
    'Nothing of the heap itself is written: no string, no key, no label of a goroutine. A dump that cannot be read stops no other; one that is there is passed over, so a run that was stopped goes on when it is started again.';
  static override examples = [
    '<%= config.bin %> fleet add /var/cores/core.* --to /srv/fleet --service shop --host $(hostname)',
    `<%= config.bin %> fleet add cores/*/*/core --to /srv/fleet --from-path '/cores/(?<service>[^/]+)/(?<host>[^/]+)/'`,
  ];
  static override strict = false;
  static override args = {
    cores: Args.string({name: 'CORES', description: 'core dumps, heap dumps or databases that goheap wrote', required: true}),
  };
  static override flags = {
    to: Flags.string({description: "the fleet's folder", helpValue: 'DIR', required: true}),
    service: Flags.string({description: 'label: which program; else its main package', helpValue: 'TEXT'}),
    version: Flags.string({description: 'label: its version; else as its build info says', helpValue: 'TEXT'}),
    host: Flags.string({description: 'label: where it ran; else not known', helpValue: 'TEXT'}),
    label: Flags.string({multiple: true, multipleNonGreedy: true, description: 'another label', helpValue: 'NAME=VALUE'}),
    'from-path': Flags.string({
      description: "labels from each file's path: a regular expression with named groups, as service, host, or any other",
      helpValue: 'REGEX',
    }),
    jobs: numberFlag({min: 1, max: 1024, description: 'dumps that are read at a time; else one for every two processors'}),
    again: Flags.boolean({description: 'also those that are there, which are replaced'}),
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {argv, flags} = await this.parse(FleetAddCommand);
    const {to, service, version, host, label, jobs, again, quiet} = flags;
    const inputs = (argv as string[]).filter((input) => input !== '');
    if (inputs.length === 0) throw new GoheapError('usage', 'CORE is missing', {hint: 'goheap fleet add CORE… --to DIR'});
    const options = {
      root: to,
      labels: {service, version, host, label},
      fromPath: flags['from-path'] === undefined ? undefined : readPathPattern(flags['from-path']),
      flags,
      jobs: jobs ?? Math.max(1, Math.floor(availableParallelism() / THREADS)),
      version: this.config.version,
      again: again ?? false,
    };
    const outcomes = await addDumps(inputs, options, this.work(quiet));
    return this.#report(outcomes, quiet);
  }

  #report(outcomes: readonly Outcome[], quiet: boolean | undefined): object {
    const of = (state: Outcome['state']) => outcomes.filter((outcome) => outcome.state === state);
    const [added, there, failed] = [of('added'), of('there'), of('failed')];
    this.log('%s', `${added.length} added, ${there.length} there already, ${failed.length} failed`);
    for (const outcome of failed) {
      if (outcome.state === 'failed') this.log('%s', `${outcome.input}: ${outcome.message}${outcome.hint ? ` (${outcome.hint})` : ''}`);
    }
    const isHostless = added.some((outcome) => 'dump' in outcome && outcome.dump.host === null);
    if (isHostless)
      this.note('Note: some have no host, so each counts as a host of its own: --host or --from-path says where they ran.', quiet);
    const ids = new Set(added.map((outcome) => 'dump' in outcome && outcome.dump.dump_id));
    if (ids.size < added.length)
      this.note(`Note: ${added.length - ids.size} of them are the same dump as another; the labels of the last one stand.`, quiet);
    if (failed.length > 0) process.exitCode = FAILED;
    return {added: added.length, there: there.length, failed: failed.length, dumps: outcomes};
  }
}
