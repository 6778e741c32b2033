/**
 * The tasks of a child process, by name: each a request of viewer/protocol.ts → the JSON text of its answer. The database is opened with the first one
 * and stays open, whatever happens to the file's name. A file that was put in its place is refused: other children answer from the first one.
 */
import {GoheapError} from '../../src/base/errors.js';
import type {Work} from '../../src/base/progress.js';
import {diffHeaps} from '../../src/database/diff-heaps.js';
import {endWithParentAtOnce} from '../../src/database/end-with-parent.js';
import {readGoroutineWaits} from '../../src/database/goroutine-waits.js';
import {LateValues} from '../../src/database/late-values.js';
import type {DescribeOptions} from '../../src/database/path-steps.js';
import {queries} from '../../src/database/queries/named-queries.js';
import {node} from '../../src/database/queries/node-queries.js';
import {runQuery} from '../../src/database/queries/run-query.js';
import {rawSize, readRaw} from '../../src/database/raw-bytes.js';
import {findUtf8, searchBytes} from '../../src/database/search-bytes.js';
import {openDatabase, type SqlDatabase} from '../../src/sql/index.js';
import {type Connection, openConnection} from '../../src/sql/open-database.js';
import {askForTypes} from '../../src/sql/read-types.js';
import {prepareUserSql} from '../../src/sql/user-sql.js';
import type {HeldByRequest, InboundRequest, WhatIfRequest} from '../long-protocol.js';
import {
  type BytesRequest,
  type Comparison,
  type GoroutineWaitRow,
  MOST_ROWS,
  type PathsRequest,
  type QueryRequest,
  type RawAnswer,
  type RawRequest,
  type SqlRequest,
  type ValueRequest,
  type WaitsRequest,
} from '../protocol.js';
import {answerCuts, answerHeldBy, answerInbound} from './answer-cuts.js';
import {answerPaths} from './answer-paths.js';
import {answerRows} from './answer-rows.js';
import {type DatabaseFile, fileIdentity, type WorkerConfig} from './database-file.js';
import {ValueReader} from './value-reader.js';

/** Of one stretch: the page shows what was found so far, and goes on. */
const BYTES_LIMITS = {most: 100, seconds: 1};

export class Tasks {
  readonly #config: WorkerConfig;
  #connection: Connection | undefined;
  #database: Promise<SqlDatabase> | undefined;
  #values: LateValues | undefined;
  #reader: ValueReader | undefined;
  #types: DescribeOptions['types'] | undefined;
  #isWatching = false;

  constructor(config: WorkerConfig) {
    this.#config = config;
  }

  /** Rejects with a GoheapError for what cannot be answered. The request was checked before. */
  async run(task: string, body: object, work: Work): Promise<string> {
    switch (task) {
      case 'query': {
        const {id, params} = body as QueryRequest;
        return this.#rows(queries.get(id)!.sql, params, MOST_ROWS);
      }
      case 'sql': {
        const {sql, limit} = body as SqlRequest;
        this.#watchParent();
        return this.#rows(sql, {}, limit ?? MOST_ROWS);
      }
      case 'value':
        return this.#value(body as ValueRequest);
      case 'bytes':
        return this.#bytes(body as BytesRequest);
      case 'raw':
        return this.#raw(body as RawRequest);
      case 'waits':
        return this.#waits(body as WaitsRequest);
      case 'compare':
        return this.#compare((body as {readonly base: DatabaseFile}).base, work);
      case 'paths':
        return this.#paths(body as PathsRequest);
      case 'inbound':
        return JSON.stringify(await answerInbound(await this.#open(), body as InboundRequest));
      case 'held-by':
        return JSON.stringify(await answerHeldBy(await this.#open(), body as HeldByRequest, work));
      default:
        return JSON.stringify(await answerCuts(await this.#open(), body as WhatIfRequest, work));
    }
  }

  /** The user's statements are the only ones that may never end. */
  #watchParent(): void {
    if (!this.#isWatching) endWithParentAtOnce();
    this.#isWatching = true;
  }

  #rows(sql: string, params: Readonly<Record<string, string | number>>, most: number): string {
    this.#connection ??= openConnection(this.#path());
    return answerRows(this.#config.database, prepareUserSql(this.#connection, sql), params, most);
  }

  async #value(request: ValueRequest): Promise<string> {
    this.#reader ??= new ValueReader(await this.#open(), await this.#lateValues().open());
    return JSON.stringify(await this.#reader.read(request));
  }

  async #bytes({text, from}: BytesRequest): Promise<string> {
    const {contents, remark} = await this.#lateValues().open();
    const found = await searchBytes(await this.#open(), contents, {find: findUtf8(text), from, ...BYTES_LIMITS});
    return JSON.stringify({...found, ...(remark === undefined ? {} : {remark})});
  }

  async #raw({node: id, skip}: RawRequest): Promise<string> {
    const [place] = await runQuery(await this.#open(), node, {id});
    if (!place) throw new GoheapError('usage', `there is no node ${id}`);
    const size = rawSize(place);
    const bytes = skip < size ? readRaw(await this.#lateValues().open(), place, skip) : new Uint8Array(0);
    return JSON.stringify({size, bytes: Buffer.from(bytes).toString('base64')} satisfies RawAnswer);
  }

  async #waits({goroutines}: WaitsRequest): Promise<string> {
    const waits = await readGoroutineWaits(await this.#open(), goroutines);
    const rows: GoroutineWaitRow[] = [...waits].flatMap(([goroutine, each]) => each.map((wait) => ({goroutine, ...wait})));
    return JSON.stringify(rows);
  }

  async #paths(request: PathsRequest): Promise<string> {
    const database = await this.#open();
    this.#types ??= await askForTypes(database);
    return JSON.stringify(await answerPaths(database, {types: this.#types, values: this.#lateValues()}, request));
  }

  /** Each list is cut to as many rows as a query may have. */
  async #compare(base: DatabaseFile, work: Work): Promise<string> {
    const opened = await openDatabase(checkedPath(base));
    try {
      const after = await this.#open();
      const diff: Comparison = await diffHeaps(
        (ask) => ask(opened),
        (ask) => ask(after),
        undefined,
        work,
      );
      return JSON.stringify(diff, (_, value) => (Array.isArray(value) ? value.slice(0, MOST_ROWS) : value));
    } finally {
      await opened.close();
    }
  }

  #lateValues(): LateValues {
    this.#values ??= new LateValues(this.#path(), this.#config.dump);
    return this.#values;
  }

  #open(): Promise<SqlDatabase> {
    this.#database ??= openDatabase(this.#path());
    this.#database.catch(() => {
      this.#database = undefined; // the next task tries again
    });
    return this.#database;
  }

  #path(): string {
    return checkedPath(this.#config);
  }
}

/** Of a database that this viewer began with; throws `io` when that is gone. */
function checkedPath({database, identity}: DatabaseFile): string {
  const hint = 'Start the viewer again on the file that you want to see.';
  let found: string;
  try {
    found = fileIdentity(database);
  } catch (error) {
    throw new GoheapError('io', `${database}: the database is not there any more`, {hint, cause: error});
  }
  if (found !== identity) throw new GoheapError('io', `${database}: another file has taken the place of the database`, {hint});
  return database;
}
