/**
 * What all commands do alike: Ctrl-C, progress on standard error, and how errors end – the only place that knows exit statuses.
 * 0 success, 1 the input cannot be used, 2 wrong usage, 3 a check failed, 128 + n stopped by signal n (Ctrl-C: 130).
 * A GoheapError is printed with its hint; anything else is a bug and keeps its stack.
 */
import {format} from 'node:util';
import type {Interfaces} from '@oclif/core';
import {Command} from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import {isGoheapError} from '../base/errors.js';
import {printable, printableJson, printableLines} from '../base/printable.js';
import type {Work} from '../base/progress.js';
import type {CoreFlags} from '../database/core-files.js';
import {AT_LEAST} from '../database/losses.js';
import {dropKept, openInput} from '../database/open-input.js';
import {type ThreadWord, threadWord} from '../graph/language.js';
import type {SqlDatabase} from '../sql/index.js';
import {inGivenWords} from './given-words.js';
import {outputError} from './output-error.js';
import {errorJson, printError, statusOf} from './print-error.js';
import {createProgressPrinter, type ProgressPrinter} from './progress-printer.js';
import {supervisor} from './supervisor.js';
import {formatTable, type TableColumns, type TableRow} from './table.js';
import {usageError} from './usage-error.js';

/** What a command's arguments and flags are read into. */
type Parsed = Record<string, unknown>;

const SIGNALS = {SIGHUP: 1, SIGINT: 2, SIGTERM: 15} as const;

/** The signal that stopped the command, as the reason of `Work.signal`. */
class Interrupted extends Error {
  readonly status: number;
  constructor(signal: keyof typeof SIGNALS) {
    super(`stopped by ${signal}`);
    this.status = 128 + SIGNALS[signal];
  }
}

/** What every command says something of. */
const FACTS = "SELECT key, value FROM meta WHERE key IN ('complete', 'language')";

export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {quiet: Flags.boolean({description: 'print no progress and no notes', helpGroup: 'GLOBAL'})};

  /** Whether to note on standard error that counts are 'at least' when the dump was incomplete; `info` prints more. */
  protected readonly notesLosses: boolean = true;
  readonly #abort = new AbortController();
  #printer: ProgressPrinter | undefined;
  #isWide = false;
  /** In the words of the input that was opened last. */
  protected thread: ThreadWord = 'goroutine';
  #listeners: [keyof typeof SIGNALS | 'SIGXFSZ', () => void][] = [];

  override async init(): Promise<void> {
    await super.init();
    process.stdout.prependListener('error', (error) => this.#endOutput(error)); // before oclif's own listener, which throws
    for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) this.#listen(signal, () => this.#interrupt(signal));
    this.#listen('SIGXFSZ', () => {}); // a file beyond ulimit -f: the write fails with EFBIG instead of ending the process
  }
  override async finally(error: Error | undefined): Promise<void> {
    this.#printer?.finish();
    for (const [signal, listener] of this.#listeners) process.removeListener(signal, listener);
    await super.finally(error);
  }
  override async catch(thrown: Error): Promise<void> {
    const error = inGivenWords(thrown, this.argv);
    this.#printer?.finish();
    const interruption = this.#interruption;
    process.exitCode = interruption?.status ?? statusOf(error);
    if (this.jsonEnabled()) return this.logJson(this.toErrorJson(error));
    if (interruption) this.#print('Interrupted.');
    else printError(error);
    this.exit(process.exitCode);
  }
  override toErrorJson(error: Error): {error: object} {
    const interruption = this.#interruption;
    return interruption ? {error: {code: 'interrupted', message: interruption.message}} : errorJson(error);
  }
  /** What is printed starts on a line of its own. Whatever it was made of, it is text: all that commands print for people goes through here. */
  override log(message?: string, ...values: unknown[]): void {
    this.#printer?.finish();
    super.log('%s', printableLines(format(message, ...values)));
  }
  override logJson(json: unknown): void {
    process.stdout.write(`${printableJson(json, 2)}\n`);
  }
  /** Throws `usage` in goheap's own words for what oclif does not accept. */
  protected override async parse<F extends Parsed, B extends Parsed, A extends Parsed>(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    try {
      const parsed = await super.parse(options, argv);
      this.#isWide = (parsed.flags as {wide?: boolean}).wide === true;
      return parsed;
    } catch (error) {
      const {flags, baseFlags} = this.ctor;
      throw usageError(error as Error, `${this.config.bin} ${this.id?.replaceAll(':', ' ')}`, [
        ...Object.keys({...flags, ...baseFlags}),
        'json',
        'help',
      ]);
    }
  }

  /** For every long call: Ctrl-C aborts it, its progress goes to standard error. */
  protected work(quiet: boolean | undefined): Work {
    const work: Work = {signal: this.#abort.signal, onTemporary: (path) => supervisor?.temporary(path)};
    if (quiet) return work;
    this.#printer ??= createProgressPrinter(process.stderr);
    return {...work, onProgress: this.#printer.report, onNote: (text) => this.#note(text)};
  }
  /** What the user should know, on standard error. */
  protected note(text: string, quiet: boolean | undefined): void {
    if (!quiet) this.#note(text);
  }
  /**
   * Opens INPUT, lets `ask` ask it, and closes it. A core is converted into the cache first; what shows to be damaged there is made again, once.
   * With `print`, for questions about tables that are written first (neither findings nor those with a row per object or pointer): the answer is
   * printed as soon as these are there, while the conversion goes on.
   */
  protected async withInput<T>(
    input: string,
    flags: CoreFlags & {quiet?: boolean},
    ask: (database: SqlDatabase) => Promise<T>,
    print?: (answer: T) => void,
  ): Promise<T> {
    return this.#withInput(input, flags, ask, print, true);
  }

  async #withInput<T>(
    input: string,
    flags: CoreFlags & {quiet?: boolean},
    ask: (database: SqlDatabase) => Promise<T>,
    print: ((answer: T) => void) | undefined,
    mayRemake: boolean,
  ): Promise<T> {
    const note = (text: string) => this.note(text, flags.quiet);
    const answers: T[] = [];
    const answer = async (database: SqlDatabase) => {
      this.#printer?.finish();
      const facts = new Map((await database.rows(FACTS)).map(({key, value}) => [key, value]));
      if (this.notesLosses && facts.get('complete') === 0) note(`${AT_LEAST} goheap info tells more.`);
      this.thread = threadWord(facts.get('language'));
      answers.push(await ask(database));
      print?.(answers[0]!);
    };
    const onFirstTables = async (database: SqlDatabase) => {
      await answer(database);
      note(
        'That is all. Findings and the tables of objects and pointers are still being made, for later commands; Ctrl-C leaves them out.',
      );
    };
    const early = print && !this.jsonEnabled() ? onFirstTables : undefined;
    const context = {work: this.work(flags.quiet), version: this.config.version, onFirstTables: early};
    const database = await openInput(input, flags, context);
    try {
      if (answers.length === 0) await answer(database);
      return answers[0]!;
    } catch (error) {
      if (!mayRemake || database.path === input || !isGoheapError(error) || error.code !== 'bad-format') throw error;
      await database.close();
      dropKept(database.path, error, note);
      return await this.#withInput(input, flags, ask, print, false);
    } finally {
      await database.close();
    }
  }
  /** `below`: lines to stand below each row. */
  protected printTable(
    columns: TableColumns,
    rows: readonly TableRow[],
    exact: boolean | undefined,
    below?: readonly (readonly string[])[],
  ): void {
    this.printLines(formatTable(columns, rows, {exact, width: this.tableWidth, below}));
  }
  /** The terminal's; undefined when lines may have any length. */
  protected get tableWidth(): number | undefined {
    return process.stdout.isTTY && !this.#isWide ? process.stdout.columns : undefined;
  }

  protected printLines(lines: readonly string[]): void {
    for (const line of lines) this.log('%s', line);
  }

  #listen(signal: keyof typeof SIGNALS | 'SIGXFSZ', listener: () => void): void {
    process.on(signal, listener);
    this.#listeners.push([signal, listener]);
  }
  /** Lets stages stop and clean up. Whoever supervises this process does not wait for long; alone, a second signal ends it. */
  #interrupt(signal: keyof typeof SIGNALS): void {
    if (!this.#abort.signal.aborted) this.#abort.abort(new Interrupted(signal));
    else if (supervisor === undefined) process.exit(128 + SIGNALS[signal]);
  }
  /** Set when the command was stopped, whatever the signal then made fail. */
  get #interruption(): Interrupted | undefined {
    return this.#abort.signal.aborted ? (this.#abort.signal.reason as Interrupted) : undefined;
  }
  /** What is printed gets lost: nothing else is worth doing. */
  #endOutput(error: NodeJS.ErrnoException): never {
    const problem = outputError(error);
    if (problem) printError(problem);
    process.exit(problem ? 1 : 0);
  }
  #note(text: string): void {
    this.#printer?.finish();
    this.#print(text);
  }
  #print(text: string): void {
    process.stderr.write(`${printable(text)}\n`); // a warning may name what a dump names
  }
}
