/**
 * Engines that read Parquet and come from PyPI: Spark with a master and two workers of its own on this machine, pandas with pyarrow, Polars. They are installed into a
 * folder below the temporary directory, once; GOHEAP_PYTHON names a Python that has them already.
 */
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {readQuestions} from '../../src/fleet/questions.js';
import {type ChildProcess, execFileSync, spawn, spawnSync} from './child-process.js';
import {temporaryFolder} from './small-database.js';

const PACKAGES = ['pyspark==3.5.6', 'pandas==2.3.3', 'pyarrow', 'polars'];

/** Undefined when the tests can run, else what is missing. */
export function findEngineObstacle(): string | undefined {
  const missing = ['python3', 'java'].filter((name) => spawnSync('which', [name]).status !== 0);
  if (missing.length === 0) return undefined;
  console.warn(`Tests of engines are skipped: ${missing.join(' and ')} not installed.`);
  return missing.join(' and ');
}

/** The Python that has them. */
export function installEngines(): string {
  if (process.env.GOHEAP_PYTHON) return process.env.GOHEAP_PYTHON;
  const folder = join(tmpdir(), 'goheap-engines');
  const python = join(folder, 'bin', 'python');
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], {stdio: 'ignore'});
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], {stdio: ['ignore', 'ignore', 'inherit']});
  return python;
}

/** Prints JSON. */
export function runPython<T>(python: string, script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): T {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const printed = execFileSync(python, [path, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(printed) as T;
}

/** A master and two workers, as the scripts of a full Spark start them; that of pip has none. */
export class SparkCluster {
  readonly master: string;
  readonly #children: ChildProcess[] = [];

  private constructor(port: number) {
    this.master = `spark://127.0.0.1:${port}`;
  }

  static async start(python: string, folder: string): Promise<SparkCluster> {
    const home = execFileSync(python, ['-c', 'import pyspark, os; print(os.path.dirname(pyspark.__file__))'], {encoding: 'utf8'}).trim();
    const cluster = new SparkCluster(await freePort());
    const port = cluster.master.split(':').at(-1)!;
    const start = async (name: string, args: readonly string[], ready: string) => {
      const log = join(folder, `${name}.log`);
      mkdirSync(folder, {recursive: true});
      const command = ['-c', `exec "$0" "$@" > '${log}' 2>&1`, join(home, 'bin', 'spark-class'), ...args];
      const env = {...process.env, SPARK_HOME: home, SPARK_LOCAL_IP: '127.0.0.1', SPARK_NO_DAEMONIZE: '1', SPARK_WORKER_DIR: folder};
      const child = spawn('sh', command, {env, stdio: 'ignore'});
      cluster.#children.push(child);
      while (!existsSync(log) || !readFileSync(log, 'utf8').includes(ready)) {
        if (child.exitCode !== null) throw new Error(`${name}: ${readFileSync(log, 'utf8')}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    const deploy = 'org.apache.spark.deploy';
    await start('master', [`${deploy}.master.Master`, '--host', '127.0.0.1', '--port', port, '--webui-port', '0'], 'New state: ALIVE');
    for (const number of [1, 2]) {
      const options = [
        '--host',
        '127.0.0.1',
        '--cores',
        '1',
        '--memory',
        '2g',
        '--webui-port',
        '0',
        '-d',
        join(folder, `worker-${number}`),
      ];
      await start(`worker-${number}`, [`${deploy}.worker.Worker`, ...options, cluster.master], 'Successfully registered');
    }
    return cluster;
  }

  end(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const {port} = server.address() as {port: number};
      server.close(() => resolve(port));
    });
  });
}

export type Answer = Readonly<Record<string, unknown>>;
export type SparkAnswers = Record<string, {rows: Answer[]; seconds: number}> & {schema: Record<string, Record<string, string>>};

/** The questions on the compacted files in `folder`. */
export function askSpark(python: string, {master}: SparkCluster, folder: string): SparkAnswers {
  const questions = temporaryFolder();
  for (const {name, sql} of readQuestions()) writeFileSync(join(questions, `${name}.sql`), sql);
  return runPython<SparkAnswers>(python, './fleet-spark.py', [master, folder, questions], {SPARK_LOCAL_IP: '127.0.0.1'});
}

/** Rows as texts, in no order. Sums of doubles depend on theirs. */
export function comparable(rows: readonly Answer[]): string[] {
  const rounded = (cell: unknown) => (typeof cell === 'number' ? Number(cell.toPrecision(6)) : cell);
  return rows.map((row) => JSON.stringify(Object.values(row).map(rounded))).sort();
}
