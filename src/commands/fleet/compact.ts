/**
 * `goheap fleet compact`: one file a table and day. All of it is in src/fleet/compact-fleet.ts.
 */
import * as Args from '@oclif/core/args';
import {BaseCommand} from '../../cli/base-command.js';
import {compactFleet} from '../../fleet/compact-fleet.js';

export default class FleetCompactCommand extends BaseCommand {
  static override summary = "Write a fleet's files of single dumps together, one for each table and day.";
  static override description = 'Needs the package @duckdb/node-api. Only one may run at a time; dumps may be added meanwhile.';
  static override examples = ['<%= config.bin %> fleet compact /srv/fleet'];
  static override args = {dir: Args.string({name: 'DIR', description: "the fleet's folder", required: true})};

  async run(): Promise<object> {
    const {args, flags} = await this.parse(FleetCompactCommand);
    const compaction = await compactFleet(args.dir, this.work(flags.quiet));
    this.log('%s', `${compaction.dumps} dumps of ${compaction.days} days written together`);
    return compaction;
  }
}
