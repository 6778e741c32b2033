/**
 * From INPUT to something that answers: a database at once, a core when a child process has converted it. Keeps what the page asks for meanwhile, and
 * the child processes that answer afterwards – one for named queries, one for the user's SQL, one for values, one for searches, one for
 * what hangs on what – each started with its first question.
 */
import {type ChildProcess, fork} from 'node:child_process';
import {basename, resolve} from 'node:path';
import type {Failure} from '../../src/base/failure.js';
import type {StageProgress} from '../../src/base/stage-progress.js';
import type {CoreFlags} from '../../src/database/core-files.js';
import {dumpPlace} from '../../src/database/core-files.js';
import {findDatabase} from '../../src/database/open-input.js';
import {facts} from '../../src/database/queries/info-queries.js';
import {openConnection} from '../../src/sql/open-database.js';
import {failureOfError, RequestError} from '../../src/workers/request-error.js';
import {type WorkerLimits, WorkerProcess} from '../../src/workers/worker-process.js';
import type {InputStatus, QueryRequest} from '../protocol.js';
import type {Conversion, ConversionMessage} from './conversion-process.js';
import {type DatabaseFile, fileIdentity, type WorkerConfig} from './database-file.js';
import {EARLY_QUERIES} from './early-queries.js';

type Child = 'query' | 'sql' | 'value' | 'paths' | 'compare' | 'cuts';
export type Task = Exclude<Child, 'cuts' | 'compare'> | 'bytes' | 'raw' | 'waits' | LongTask;
/** May go through all objects and pointers, and tells how far it is. */
export type LongTask = 'compare' | 'inbound' | 'held-by' | 'whatif';

const LIMITS: Readonly<Record<Child, WorkerLimits>> = {
  query: {seconds: 30, megabytes: 400, endsUnwanted: false},
  sql: {seconds: 15, megabytes: 400, endsUnwanted: true},
  value: {seconds: 60, megabytes: 400, endsUnwanted: false}, // the first one may unpack the core
  paths: {seconds: 15, megabytes: 400, endsUnwanted: true},
  compare: {seconds: 300, megabytes: 4000, endsUnwanted: true}, // it may list all objects of both
  cuts: {seconds: 300, megabytes: 2000, endsUnwanted: true},
};
const CHILD_OF: Readonly<Record<Task, Child>> = {
  ...{query: 'query', sql: 'sql', value: 'value', paths: 'paths', compare: 'compare'},
  ...{bytes: 'value', raw: 'value', waits: 'value'}, // all read the dump, or might
  ...{inbound: 'cuts', 'held-by': 'cuts', whatif: 'cuts'},
};
const EARLY: ReadonlySet<string | undefined> = new Set(EARLY_QUERIES.map(({id}) => id));
const CONVERTER = new URL('./conversion-process.js', import.meta.url);
const WORKER = new URL('./worker.js', import.meta.url);

export class Session {
  readonly #conversion: Conversion;
  readonly #stages: {name: string; done: number; total: number; startedMs: number; seconds: number | undefined}[] = [];
  readonly #notes: string[] = [];
  readonly #known: Record<string, string | number> = {};
  #failure: Failure | undefined;
  #early: WorkerProcess | undefined; // answers from a copy of the unfinished database
  #workers: Readonly<Record<Child, WorkerProcess>> | undefined;
  #converter: ChildProcess | undefined;
  #closed = false;
  #settle = () => {};
  /** Fulfilled when it is open, or has failed. */
  readonly settled = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });
  #file: DatabaseFile | undefined;

  private constructor(conversion: Conversion) {
    this.#conversion = conversion;
  }

  /** Rejects with what opening INPUT throws, as far as that shows at once. A core is converted when `turn` comes: one needs all memory there is. */
  static async open(input: string, flags: CoreFlags, version: string, turn?: Promise<void>): Promise<Session> {
    const session = new Session({input: resolve(input), flags, version});
    const {path, isThere} = await findDatabase(session.#conversion.input, flags, {version, note: (text) => session.#notes.push(text)});
    if (isThere) session.#open(path);
    else void Promise.resolve(turn).then(() => session.#closed || session.#convert());
    return session;
  }

  /** Undefined until it is open. */
  get file(): DatabaseFile | undefined {
    return this.#file;
  }
  get failure(): Failure | undefined {
    return this.#failure;
  }

  status(): InputStatus {
    const {input, version} = this.#conversion;
    return {
      state: this.#workers ? 'ready' : this.#failure ? 'failed' : this.#early ? 'early' : 'opening',
      input: basename(input),
      version,
      stages: this.#stages.map(({name, done, total, startedMs, seconds}) => ({
        name,
        done,
        total,
        seconds: seconds ?? secondsSince(startedMs),
      })),
      notes: this.#notes,
      known: this.#known,
      ...(this.#failure ? {failure: this.#failure} : {}),
    };
  }

  /** The answer as JSON text. Throws a RequestError while there is no database. */
  run(task: Task, body: object, signal: AbortSignal, onProgress?: (progress: StageProgress) => void): Promise<string> {
    if (this.#failure) throw new RequestError(this.#failure);
    if (!this.#workers && this.#early && task === 'query' && EARLY.has((body as Partial<QueryRequest>).id))
      return this.#early.run(task, body, signal);
    if (!this.#workers)
      throw new RequestError({code: 'busy', message: 'the core is still being converted', hint: '/api/status tells how far it is.'});
    return this.#workers[CHILD_OF[task]].run(task, body, signal, onProgress);
  }

  /** Ends all child processes. */
  close(): void {
    this.#closed = true;
    this.#converter?.kill('SIGTERM');
    this.#early?.close();
    for (const worker of Object.values(this.#workers ?? {})) worker.close();
  }

  /** Checks that it is a database of goheap's before anybody is told that it is ready. */
  #open(database: string): void {
    openConnection(database).close();
    const {input, flags} = this.#conversion;
    const dump = dumpPlace(input, flags);
    this.#file = {database: resolve(database), identity: fileIdentity(database)};
    const config: WorkerConfig = {...this.#file, dump};
    const worker = (child: Child) => new WorkerProcess(config, LIMITS[child], WORKER);
    this.#early?.retire();
    this.#workers = {
      ...{query: worker('query'), sql: worker('sql'), value: worker('value'), paths: worker('paths')},
      ...{compare: worker('compare'), cuts: worker('cuts')},
    };
    this.#settle();
  }

  #convert(): void {
    const child = fork(CONVERTER, [JSON.stringify(this.#conversion)], {stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: []});
    this.#converter = child;
    child.on('message', ({progress, note, known, early, database, failure}: ConversionMessage) => {
      if (progress) this.#noteProgress(...progress);
      if (note !== undefined) this.#notes.push(note);
      Object.assign(this.#known, known);
      if (early !== undefined) void this.#openEarly(early);
      if (failure) this.#fail(failure);
      if (database !== undefined) this.#openConverted(database);
      if (failure || database !== undefined) this.#endStage();
    });
    const end = (reason: string) => {
      this.#converter = undefined;
      if (this.#workers || this.#failure || this.#closed) return;
      const hint =
        'It may have needed more memory than there is. Start the viewer again, or convert first: goheap convert CORE --to sqlite';
      this.#fail({code: 'io', message: `the process that converts the core ended (${reason})`, hint});
    };
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, signal) => end(signal ?? `status ${code}`));
  }

  /** Asks it something at once: the file goes away with the conversion, but not for who has it open. */
  async #openEarly(database: string): Promise<void> {
    const seconds = LIMITS.query.seconds;
    let worker: WorkerProcess | undefined;
    try {
      worker = new WorkerProcess({database, identity: fileIdentity(database)}, LIMITS.query, WORKER);
      await worker.run('query', {id: facts.id, params: {}} satisfies QueryRequest, AbortSignal.timeout(seconds * 1000));
      if (this.#closed || this.#workers) worker.close();
      else this.#early = worker;
    } catch (error) {
      worker?.close();
      if (!(error instanceof RequestError) && !isGone(error)) throw error; // the conversion has ended meanwhile
    }
  }

  #openConverted(database: string): void {
    try {
      this.#open(database);
    } catch (error) {
      this.#fail(failureOfError(error));
    }
  }

  #fail(failure: Failure): void {
    this.#failure = failure;
    this.#settle();
  }

  #noteProgress(name: string, done: number, total: number): void {
    if (this.#stages.at(-1)?.name !== name) {
      this.#endStage();
      this.#stages.push({name, done, total, startedMs: performance.now(), seconds: undefined});
    } else Object.assign(this.#stages.at(-1)!, {done, total});
  }

  #endStage(): void {
    const stage = this.#stages.at(-1);
    if (stage) Object.assign(stage, {done: stage.total, seconds: secondsSince(stage.startedMs)});
  }
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function secondsSince(startedMs: number): number {
  return Math.round(performance.now() - startedMs) / 1000;
}
