/**
 * The tasks of a child process, by name: each a request of viewer/protocol.ts → the JSON text of its answer. The database is opened with the first one
 * and stays open, whatever happens to the file's name. A file that was put in its place is refused: other children answer from the first one.
 */
import {GoheapError} from '../../src/base/errors.js';
import {endWithParentAtOnce} from '../../src/database/end-with-parent.js';
import {LateValues} from '../../src/database/late-values.js';
import type {DescribeOptions} from '../../src/database/path-steps.js';
import {queries} from '../../src/database/queries/named-queries.js';
import {searchBytes} from '../../src/database/search-bytes.js';
import {openDatabase, type SqlDatabase} from '../../src/sql/index.js';
import {type Connection, openConnection} from '../../src/sql/open-database.js';
import {askForTypes} from '../../src/sql/read-types.js';
import {prepareUserSql} from '../../src/sql/user-sql.js';
import {type BytesRequest, MOST_ROWS, type PathsRequest, type QueryRequest, type SqlRequest, type ValueRequest} from '../protocol.js';
import {answerPaths} from './answer-paths.js';
import {answerRows} from './answer-rows.js';
import {ValueReader} from './value-reader.js';
import {fileIdentity, type WorkerConfig} from './worker-messages.js';

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
  async run(task: string, body: object): Promise<string> {
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
      default:
        return this.#paths(body as PathsRequest);
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
    const found = await searchBytes(await this.#open(), contents, {text, from, ...BYTES_LIMITS});
    return JSON.stringify({...found, ...(remark === undefined ? {} : {remark})});
  }

  async #paths(request: PathsRequest): Promise<string> {
    const database = await this.#open();
    this.#types ??= await askForTypes(database);
    return JSON.stringify(await answerPaths(database, {types: this.#types, values: this.#lateValues()}, request));
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

  /** Of the database that this viewer began with; throws `io` when that is gone. */
  #path(): string {
    const {database, identity} = this.#config;
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
}
