/**
 * What a stranger could send: 3,000 cores, executables and databases whose structures say what is not so. Each ends in an answer or in an error of
 * goheap's, within bounds. Runs dist. A failure prints the kind of input, its number, and what was changed.
 */
import {copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {copySparse} from '../kit/cut-cores.js';
import {unpackFixture} from '../kit/fixtures.js';
import {runGoheap} from '../kit/goheap.js';
import {applyPatches, type HostileInput, hostileInputs, type Kind} from './corpus.js';
import {dwarfKinds} from './corpus-dwarf.js';
import {elfKinds} from './corpus-elf.js';
import {runtimeKinds} from './corpus-runtime.js';
import {sqliteKinds} from './corpus-sqlite.js';
import {CHECK_FAILED, type CommandLine, findHostileFault, type Handling, HostileWorker} from './hostile.js';
import {writeSoakReport} from './soak-report.js';

/** Fixture, and how many inputs. */
const TARGETS: readonly (readonly [fixture: string, count: number])[] = [
  ['tiny-1.26.8', 2700],
  ['zoo-1.26.8', 300],
];
const WORKERS = 2;
const SEED = 20_26;
/** Of the converted inputs, one in so many is asked everything. */
const ASKED = 8;

const folder = mkdtempSync(join(tmpdir(), 'goheap-hostile-'));
const rows: (readonly (string | number)[])[] = [];
afterAll(() => {
  rmSync(folder, {recursive: true});
  if (new Set(rows.map(([fixture]) => fixture)).size < TARGETS.length) return;
  writeSoakReport('soak-hostile', [
    {
      title: 'Hostile inputs',
      text: 'One structure of a good core, of its executable or of its database changed at a time, by a seed. *Time* and *memory*: the most that an input took, beside what the good one takes.',
      header: ['core', 'what was changed', 'inputs', 'answers', 'errors', 'faults', 'time', 'memory'],
      rows,
    },
  ]);
});

/** A private copy of the good files. */
class Bench {
  readonly folder: string;
  readonly core: string;
  readonly executable: string;
  readonly database: string;
  readonly worker: HostileWorker;
  constructor(fixture: string, number: number) {
    const good = unpackFixture(fixture);
    this.folder = join(folder, `${fixture}-${number}`);
    const work = join(this.folder, 'work');
    mkdirSync(work, {recursive: true});
    [this.core, this.executable, this.database] = [join(this.folder, 'core'), join(this.folder, 'exe'), join(this.folder, 'heap.db')];
    copySparse(good.core, this.core);
    copyFileSync(good.executable, this.executable);
    const where = ['--to', 'sqlite', '-o', this.database, '--contents', 'full'];
    expect(runGoheap(['convert', this.core, '--exe', this.executable, ...where])).toMatchObject({status: 0});
    this.worker = new HostileWorker(work);
  }

  kinds(fixture: string): Kind[] {
    const good = {...unpackFixture(fixture), core: this.core, executable: this.executable};
    const sqlite = sqliteKinds(this.database, join(this.folder, 'scratch.db'));
    return [...elfKinds(this.core, this.executable), ...dwarfKinds(this.executable), ...runtimeKinds(good), ...sqlite];
  }

  /** What is asked of an input: a core is converted, then, as a database, asked. */
  lines(isDatabase: boolean, isAsked: boolean): CommandLine[] {
    const database = isDatabase ? this.database : join(this.folder, 'work', 'out.db');
    const convert = ['convert', this.core, '--exe', this.executable, '--to', 'sqlite', '-o', database, '--force'];
    const first = isDatabase ? [] : [convert, ['info', database]];
    return isDatabase || isAsked ? [...first, ...QUESTIONS.map(([command, ...more]) => [command!, database, ...more])] : first;
  }
}

/** Outputs, and the cache. */
const WRITTEN = ['out.db', 'out.hprof', 'out.pprof', 'goheap'];
const QUESTIONS: readonly CommandLine[] = [
  ['info', '--json'],
  ['top'],
  ['top', '--all', '--json'],
  ['histogram', '--by', 'owner'],
  ['histogram', '--json'],
  ['goroutines', '--locals'],
  ['goroutines', '--group', '--json'],
  ['objects', '--type', 'uint8'],
  ['object', '100'],
  ['object', '30', '--json'],
  ['path', '100', '--all', '3'],
  ['query', 'SELECT * FROM roots JOIN types ON types.id = roots.type_id', '--csv'],
  ['query', 'SELECT * FROM goroutines', '--json'],
  ['suspects'],
  ['strings', '--match', '[a-z]+', '--json'],
  ['check', '--json'],
  ['report', '--format', 'html', '-o', '-'],
  ['convert', '--to', 'hprof', '-o', 'out.hprof', '--force'],
  ['convert', '--to', 'pprof', '-o', 'out.pprof', '--force'],
];

test.each(TARGETS)('%s, %i inputs', {timeout: 7_200_000}, async (fixture, count) => {
  const benches = Array.from({length: WORKERS}, (_, number) => new Bench(fixture, number));
  const kinds = benches.map((bench) => bench.kinds(fixture));
  const faults: string[] = [];
  const tallies = new Map<string, {inputs: number; answers: number; errors: number; faults: number; time: number; memory: number}>();
  const queues = kinds.map((list) => hostileInputs(list, count, SEED));
  const run = async (bench: Bench, mine: number) => {
    const isOfDatabase = ({patches}: HostileInput) => patches.some(({file}) => file === bench.database);
    const good = new Map<string, Handling>();
    /** What the good input takes: the first run compiles the code and does not count. */
    const goodFor = async (lines: readonly CommandLine[]) => {
      await bench.worker.run(lines);
      return bench.worker.run(lines);
    };
    for (const input of queues[mine]!) {
      if (input.number % WORKERS !== mine) continue;
      const isDatabase = isOfDatabase(input);
      const isAsked = input.kind.isAsked ?? Math.floor(input.number / kinds[mine]!.length) % ASKED === 0;
      const lines = bench.lines(isDatabase, isAsked);
      const key = `${isDatabase} ${isAsked}`;
      const base = good.get(key) ?? (await goodFor(lines));
      good.set(key, base);
      const attempt = async () => {
        const undo = applyPatches(input.patches);
        try {
          return await bench.worker.run(lines);
        } finally {
          undo();
        }
      };
      let handling = await attempt();
      if (findHostileFault(handling, base) !== undefined) {
        // A process that has read hundreds of inputs is larger: the verdict is that of a new one.
        bench.worker.close();
        await goodFor(lines);
        handling = await attempt();
      }
      const strange = readdirSync(join(bench.folder, 'work')).filter((name) => !WRITTEN.includes(name));
      const fault = findHostileFault(handling, base) ?? (strange.length > 0 ? `it wrote ${strange.join(', ')}` : undefined);
      if (fault !== undefined) faults.push(`${fixture}, ${input.kind.name}, ${input.number}: ${input.what}: ${fault}`);
      const tally = tallies.get(input.kind.name) ?? {inputs: 0, answers: 0, errors: 0, faults: 0, time: 0, memory: 0};
      const isError = handling.runs.some(({status}) => status !== 0 && status !== CHECK_FAILED);
      tallies.set(input.kind.name, {
        inputs: tally.inputs + 1,
        answers: tally.answers + (fault === undefined && !isError ? 1 : 0),
        errors: tally.errors + (fault === undefined && isError ? 1 : 0),
        faults: tally.faults + (fault === undefined ? 0 : 1),
        time: Math.max(tally.time, handling.milliseconds / base.milliseconds),
        memory: Math.max(tally.memory, handling.peakBytes / base.peakBytes),
      });
    }
  };
  try {
    await Promise.all(benches.map(run));
  } finally {
    for (const bench of benches) bench.worker.close();
  }
  for (const [kind, {time, memory, ...counts}] of tallies)
    rows.push([fixture, kind, ...Object.values(counts), `${time.toFixed(2)} ×`, `${memory.toFixed(2)} ×`]);
  expect(faults).toEqual([]);
});
