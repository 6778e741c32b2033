/**
 * A fleet's folder → DuckDB in memory with a view for each table: every dump once, and only those that have all of their files. Statements may read below the
 * folder and nowhere else.
 */
import {realpathSync} from 'node:fs';
import {join} from 'node:path';
import type {DuckDBConnection} from '@duckdb/node-api';
import {GoheapError, isGoheapError} from '../base/errors.js';
import {
  checkFleet,
  checkFolderName,
  compactedFolder,
  FLEET_TABLES,
  type FleetTableName,
  filesByDay,
  landingFolder,
} from './fleet-layout.js';
import {loadDuckDb} from './load-duckdb.js';

/** Which builds a question is about; NULL lets it choose. */
export interface AskedBuilds {
  readonly service?: string | undefined;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

export class Fleet {
  readonly connection: DuckDBConnection;
  readonly root: string;
  readonly #close: () => void;

  private constructor(root: string, connection: DuckDBConnection, close: () => void) {
    this.root = root;
    this.connection = connection;
    this.#close = close;
  }

  /** With views of the tables that `sql` names: each costs a look at all of its files. Throws `usage` for a folder without dumps, `unsupported` without DuckDB. */
  static async open(folder: string, sql = ''): Promise<Fleet> {
    checkFleet(folder);
    const root = realpathSync(folder);
    checkFolderName(root);
    const {DuckDBInstance} = await loadDuckDb();
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    const fleet = new Fleet(root, connection, () => {
      connection.closeSync();
      instance.closeSync();
    });
    try {
      await fleet.#run(`SET allowed_directories = [${sqlText(`${root}/`)}]`);
      await fleet.#run("SET TimeZone = 'UTC'").catch(() => {}); // known to an extension that not every build has; no column needs it
      await fleet.#run('SET enable_external_access = false');
      await fleet.#run(`CREATE TEMP TABLE landed AS SELECT unnest([${landedIds(root).map(sqlText).join(', ')}]::VARCHAR[]) AS dump_id`);
      for (const table of FLEET_TABLES.filter((name) => new RegExp(`\\b${name}\\b`, 'i').test(sql))) {
        await fleet.#run(`CREATE VIEW ${table} AS ${rowsOf(root, table)}`);
      }
      await fleet.ask({});
      return fleet;
    } catch (error) {
      fleet.close();
      throw isGoheapError(error) ? error : brokenFile(root, error);
    }
  }

  /** Fills `asked`, which the questions read. */
  async ask({service, before, after}: AskedBuilds): Promise<void> {
    const cell = (value: string | undefined) => (value === undefined ? 'NULL' : sqlText(value));
    const [a, b, c] = [cell(service), cell(before), cell(after)];
    await this.#run(
      `CREATE OR REPLACE VIEW asked AS SELECT CAST(${a} AS VARCHAR) AS service, CAST(${b} AS VARCHAR) AS before_version, CAST(${c} AS VARCHAR) AS after_version`,
    );
  }

  close(): void {
    this.#close();
  }

  async #run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }
}

/** The versions that the fleet has, of the service if one is asked for; null: dumps without one. Throws `usage` for a service or version that no dump has. */
export async function readBuilds({connection}: Fleet, {service, before, after}: AskedBuilds): Promise<(string | null)[]> {
  const rows = (await (await connection.runAndReadAll('SELECT DISTINCT service, version FROM dumps ORDER BY 1, 2')).getRowsJson()) as [
    string | null,
    string | null,
  ][];
  const refuse = (what: string, asked: string, known: readonly (string | null)[]) => {
    throw new GoheapError('usage', `no dump of ${what} ${asked}`, {hint: `There are: ${known.map((name) => name ?? 'NULL').join(', ')}.`});
  };
  const services = [...new Set(rows.map(([name]) => name))];
  if (service !== undefined && !services.includes(service)) refuse('service', service, services);
  const versions = [...new Set(rows.filter(([name]) => service === undefined || name === service).map(([, version]) => version))];
  for (const version of [before, after]) if (version !== undefined && !versions.includes(version)) refuse('version', version, versions);
  return versions;
}

/** Files as they came in, and those of compacted days – of all, or of one –; of a dump that is in both, because it was added again or is just being compacted, the former. */
export function rowsOf(root: string, table: FleetTableName, day?: string): string {
  const landing = readAll(landingFolder(root, table), day);
  const compacted = readAll(compactedFolder(root, table), day);
  const parts = [
    landing === undefined ? undefined : `SELECT * FROM (${landing}) WHERE dump_id IN (FROM landed)`,
    compacted === undefined ? undefined : `SELECT * FROM (${compacted}) WHERE dump_id NOT IN (FROM landed)`,
  ].filter((part) => part !== undefined);
  if (parts.length > 0) return parts.join(' UNION ALL BY NAME ');
  throw new GoheapError('usage', `${root}: no files of ${table} there`, {hint: 'Add the dumps again: goheap fleet add --again.'});
}

/** Dumps that came in whole: the file of their row is called after them. */
function landedIds(root: string): string[] {
  return [...filesByDay(landingFolder(root, 'dumps')).values()].flatMap((files) => files.map((file) => file.slice(0, -'.parquet'.length)));
}

/** Undefined where there is no file. Files of an older goheap may lack a column. */
function readAll(folder: string, day: string | undefined): string | undefined {
  if (![...filesByDay(folder)].some(([name, files]) => files.length > 0 && (day ?? name) === name)) return undefined;
  return `SELECT * FROM read_parquet(${sqlText(join(folder, day ?? '*', '*.parquet'))}, union_by_name = true, hive_partitioning = false)`;
}

export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** DuckDB's messages have several lines, the last of them a mark below the statement. */
function onOneLine({message}: Error): string {
  return message
    .replace(/\n\s*\^\s*$/, '')
    .trim()
    .replace(/\s*\n\s*/g, '; ');
}

/** What DuckDB says of a file. */
export function brokenFile(root: string, error: unknown): GoheapError {
  return new GoheapError('bad-format', `${root}: ${onOneLine(error as Error)}`, {
    hint: 'Remove the file, and add its dump again: goheap fleet add CORE --again.',
    cause: error,
  });
}

/** What DuckDB says of a user's statement is the user's to correct. */
export function sqlError(error: unknown): GoheapError {
  return new GoheapError('usage', `SQL: ${onOneLine(error as Error)}`, {
    hint: `Tables: ${FLEET_TABLES.join(', ')}. formats/parquet/README.md has their columns.`,
    cause: error,
  });
}
