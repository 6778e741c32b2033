/**
 * `goheap check`: whether a dump keeps its limits, for continuous integration: 0 it does, 3 it does not.
 */
import {writeFileSync} from 'node:fs';
import {basename} from 'node:path';
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../base/errors.js';
import {printable} from '../base/printable.js';
import {checkTarget, writeWhole} from '../base/write-whole.js';
import {githubAnnotations} from '../checks/github-annotations.js';
import {junitXml} from '../checks/junit-xml.js';
import {parseBytes, parseCount, parseNamed, parsePercent} from '../checks/limits.js';
import {OWN_RULES, readRules} from '../checks/rules.js';
import {type Checks, runChecks} from '../checks/run-checks.js';
import type {Verdict} from '../checks/verdict.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, numberFlag} from '../cli/flags.js';
import {wrapIndented} from '../cli/wrap-text.js';
import {type AskDatabase, diffHeaps} from '../database/diff-heaps.js';
import type {SqlDatabase} from '../sql/index.js';

/** Exit status where something is beyond its limit. */
const FAILED = 3;

/** For what never ends: the slowest of goheap's own took 36 on a dump of 2 GB, on a machine with much else to do. */
const RULE_SECONDS = 600;
const JUNIT = {force: true, flag: '--junit'} as const;

const several = {multiple: true, multipleNonGreedy: true} as const;

export default class CheckCommand extends BaseCommand {
  static override summary = 'Check limits, findings and rules, for continuous integration: ends with 3 when one is broken.';
  static override description =
    'Without a check: --no-problems --no-leaked-goroutines --rules go. What the dump cannot say breaks nothing, and is told.';
  static override examples = [
    '<%= config.bin %> check core',
    "<%= config.bin %> check core --max 'main.Session=1000' --max-retained 'main.reg.cache=500MiB' --max-goroutines 200",
    '<%= config.bin %> check after.db --against before.db --max-growth 10% --junit check.xml',
  ];
  static override args = {input: inputArg};
  static override flags = {
    max: Flags.string({...several, description: 'live values of a type at most; may be given several times', helpValue: 'TYPE=N'}),
    'max-retained': Flags.string({
      ...several,
      description: 'what a variable, an expression such as main.reg.cache, or all objects of a type keep alive at most',
      helpValue: 'NAME=SIZE',
    }),
    'max-heap': Flags.string({description: 'the live heap at most', helpValue: 'SIZE'}),
    'max-goroutines': numberFlag({min: 0, max: 1e12, description: "goroutines at most, without the runtime's own"}),
    'no-leaked-goroutines': Flags.boolean({description: 'no goroutine that never runs again'}),
    'no-problems': Flags.boolean({description: 'no finding of the level problem'}),
    against: Flags.string({description: 'an earlier dump, for --max-growth', helpValue: 'BEFORE', dependsOn: ['max-growth']}),
    'max-growth': Flags.string({description: 'growth of the live heap at most', helpValue: 'N%', dependsOn: ['against']}),
    rules: Flags.string({
      ...several,
      description: `rules: a folder of .sql files whose rows are what is wrong, or ${OWN_RULES} for those of goheap`,
      helpValue: 'DIR',
    }),
    'rule-seconds': numberFlag({
      min: 1,
      max: 86_400,
      default: RULE_SECONDS,
      description: 'seconds that one rule may take',
    }),
    github: Flags.boolean({description: 'print what is broken as annotations for GitHub'}),
    junit: Flags.string({description: "also write the verdicts as JUnit's XML, over an existing file", helpValue: 'FILE'}),
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(CheckCommand);
    const checks = checksOf(flags);
    if (flags.junit !== undefined) checkTarget(flags.junit, JUNIT);
    const of =
      (input: string): AskDatabase =>
      (ask) =>
        this.withInput(input, flags, ask);
    const work = this.work(flags.quiet);
    const {against} = flags;
    const before =
      against === undefined
        ? undefined
        : {diff: await diffHeaps(of(against), of(args.input), undefined, work), bytes: await of(against)(reachableBytes)};
    const verdicts = await of(args.input)((database) => runChecks(database, checks, before, work));
    if (flags.junit !== undefined) {
      const xml = junitXml(verdicts, basename(args.input));
      await writeWhole(flags.junit, JUNIT, work, async (temporary) => writeFileSync(temporary, xml));
    }
    if (flags.github) for (const line of githubAnnotations(verdicts)) this.log('%s', line);
    else this.#print(verdicts);
    if (verdicts.some(({passed}) => passed === false)) process.exitCode = FAILED;
    return verdicts;
  }

  /** What is broken first. */
  #print(verdicts: readonly Verdict[]): void {
    const words = {failed: 'FAILED', unknown: 'unknown', passed: 'ok'};
    const wordOf = ({passed}: Verdict) => (passed === null ? words.unknown : passed ? words.passed : words.failed);
    const order = Object.values(words);
    for (const verdict of verdicts.toSorted((a, b) => order.indexOf(wordOf(a)) - order.indexOf(wordOf(b)))) {
      const {check, about, message, fix} = verdict;
      const lines = [
        `${wordOf(verdict).padEnd(8)}${printable([check, about].filter((text) => text !== '').join(': '))}`,
        ...indented(message),
        ...(fix === '' ? [] : indented(`Do: ${fix}`)),
      ];
      for (const line of lines.flatMap((text) => wrapIndented(text, this.tableWidth))) this.log('%s', line);
    }
    const count = (passed: boolean | null) => verdicts.filter((verdict) => verdict.passed === passed).length;
    const unknown = count(null) === 0 ? '' : `, ${count(null)} unknown`;
    this.log('%s', `${count(false)} failed${unknown}, ${count(true)} passed.`);
  }
}

/** A rule may say what it says in several lines; none of them looks like a verdict. */
function indented(text: string): string[] {
  return text.split(/\r?\n/).map((line) => `        ${printable(line)}`);
}

interface CheckFlags {
  readonly max?: string[] | undefined;
  readonly 'max-retained'?: string[] | undefined;
  readonly 'max-heap'?: string | undefined;
  readonly 'max-goroutines'?: number | undefined;
  readonly 'no-leaked-goroutines': boolean;
  readonly 'no-problems': boolean;
  readonly 'max-growth'?: string | undefined;
  readonly rules?: string[] | undefined;
  readonly 'rule-seconds': number;
}

/** Throws `usage` for limits that are none and for rules that cannot be read. */
function checksOf(flags: CheckFlags): Checks {
  const {max = [], 'max-retained': retained = [], 'max-heap': heap, 'max-goroutines': goroutines, 'max-growth': growth, rules = []} = flags;
  const isAsked = max.length + retained.length + rules.length > 0 || [heap, goroutines, growth].some((limit) => limit !== undefined);
  const isDefault = !isAsked && !flags['no-leaked-goroutines'] && !flags['no-problems'];
  if (rules.some((folder) => folder === '')) throw new GoheapError('usage', '--rules: no folder', {hint: `Give one, or ${OWN_RULES}.`});
  return {
    counts: max.map((text) => parseNamed(text, 'max', parseCount)),
    retained: retained.map((text) => parseNamed(text, 'max-retained', parseBytes)),
    heap: heap === undefined ? undefined : parseBytes(heap, 'max-heap'),
    goroutines,
    noLeaked: isDefault || flags['no-leaked-goroutines'],
    noProblems: isDefault || flags['no-problems'],
    growth: growth === undefined ? undefined : parsePercent(growth, 'max-growth'),
    rules: (isDefault ? [OWN_RULES] : rules).flatMap(readRules),
    ruleSeconds: flags['rule-seconds'],
  };
}

async function reachableBytes(database: SqlDatabase): Promise<number> {
  const [row] = await database.rows<{bytes: number}>("SELECT value AS bytes FROM meta WHERE key = 'reachable_bytes'");
  return row!.bytes;
}
