/**
 * `goheap fleet query`: a named question, or SQL, over all dumps of a fleet. The questions are in src/fleet/questions.
 */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../../base/errors.js';
import {BaseCommand} from '../../cli/base-command.js';
import {tableFlags} from '../../cli/flags.js';
import {printRows} from '../../cli/print-rows.js';
import {endWithParentAtOnce} from '../../database/end-with-parent.js';
import {Fleet, readBuilds} from '../../fleet/open-fleet.js';
import {FleetRows} from '../../fleet/query-fleet.js';
import {type Question, readQuestions} from '../../fleet/questions.js';

export default class FleetQueryCommand extends BaseCommand {
  static override summary = 'Ask all dumps of a fleet: a question by name, or SQL.';
  static override description =
    'Needs the package @duckdb/node-api. docs/fleet.md leads to the tables; the questions are texts of SQL that run on Spark as they are (--show).';
  static override examples = [
    '<%= config.bin %> fleet query /srv/fleet grew --service shop',
    '<%= config.bin %> fleet query /srv/fleet release --csv',
    `<%= config.bin %> fleet query /srv/fleet "SELECT host, sum(bytes) AS bytes FROM types WHERE name = 'uint8' GROUP BY host"`,
  ];
  static override args = {
    dir: Args.string({name: 'DIR', description: "the fleet's folder", required: true}),
    question: Args.string({
      name: 'NAME|SQL',
      description: 'first-seen, grew, outliers, release, top-owners; or one statement that reads',
      required: true,
    }),
  };
  static override flags = {
    service: Flags.string({description: 'of a question: only this service', helpValue: 'TEXT'}),
    before: Flags.string({description: 'of grew: the version to compare with; else the one before', helpValue: 'VERSION'}),
    after: Flags.string({description: 'of grew: the version that may have grown; else the newest', helpValue: 'VERSION'}),
    show: Flags.boolean({description: "print the question's SQL, and ask nothing"}),
    csv: Flags.boolean({description: 'print comma-separated values', exclusive: ['json']}),
    wide: tableFlags.wide,
  };

  async run(): Promise<void> {
    const {args, flags} = await this.parse(FleetQueryCommand);
    const question = questionOf(args.question);
    const sql = question?.sql ?? args.question;
    if (flags.show) return this.log('%s', sql.trimEnd());
    for (const name of ['service', 'before', 'after'] as const) if (flags[name] !== undefined) checkFlag(name, question);
    const fleet = await Fleet.open(args.dir, sql);
    try {
      endWithParentAtOnce(); // a statement may take for ever
      await fleet.ask(flags);
      if (question !== undefined) this.#noteBuilds(await readBuilds(fleet, flags), question, flags.quiet);
      const format = this.jsonEnabled() ? 'json' : flags.csv ? 'csv' : 'table';
      await printRows(new FleetRows(fleet.connection), sql, format, process.stdout, {width: this.tableWidth, ...(question && {kindOf})});
    } finally {
      fleet.close();
    }
  }

  /** An empty answer must not look like a good one. */
  #noteBuilds(builds: readonly (string | null)[], {name}: Question, quiet: boolean | undefined): void {
    if (!COMPARES.has(name) || builds.length > 1) return;
    const [only] = builds;
    const what = only === undefined ? 'no dumps' : only === null ? 'no dump has a version' : `one version, ${only}`;
    this.note(`Note: there is nothing to compare: ${what}. fleet add --version says it where the build does not.`, quiet);
  }
}

/** Of a question's columns; those of SQL are whatever its writer made. */
const kindOf = (column: string) => (column.split('_').includes('share') ? 'share' : 'text');

/** Questions about what changed from one build to the next. */
const COMPARES: ReadonlySet<string> = new Set(['first-seen', 'grew', 'release']);

/** A flag that nothing reads would be one that is believed to matter. Throws `usage`. */
function checkFlag(flag: 'service' | 'before' | 'after', question: Question | undefined): void {
  const column = flag === 'service' ? flag : `${flag}_version`;
  if (question?.sql.includes(column) && /\basked\b/.test(question.sql)) return;
  throw new GoheapError('usage', `--${flag}: ${question ? `the question ${question.name}` : 'SQL of your own'} does not ask for it`, {
    hint: question ? 'goheap fleet query DIR NAME --show prints what a question asks.' : 'Say it in WHERE.',
  });
}

/** Undefined for SQL. Throws `usage` for one word that is no question's name. */
function questionOf(text: string): Question | undefined {
  const questions = readQuestions();
  const question = questions.find(({name}) => name === text);
  if (question || /\s/.test(text.trim())) return question;
  throw new GoheapError('usage', `no question '${text}'`, {
    hint: `Questions: ${questions.map(({name}) => name).join(', ')}; anything else is SQL.`,
  });
}
