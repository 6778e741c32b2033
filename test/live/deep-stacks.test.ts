/**
 * A stack that overflowed at 512 MB beside one of 10,000 frames with the same heap: what only the frames in its middle hold is reachable, the
 * frames are those of Go's own trace, and what it costs is bounded: processor time and 400 MB.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {expectTruth} from '../kit/expect-truth.js';
import {openDatabase, runGoheap} from '../kit/goheap.js';
import {findInstalledGo, findObstacle, type MadeCore, makeCore} from '../kit/live-cores.js';

const MOST_BYTES = 400e6;
/** Of the time without the overflow: 1 GB of stacks, live and freed, is read. */
const MOST_TIMES = 2;
/** The kernel's own peak of a process would include that of the one that started it. */
const PEAK = '/^VmHWM:\\s+(\\d+)/m.exec(require("node:fs").readFileSync("/proc/self/status","utf8"))[1]';
const TELL = `import {createRequire} from "node:module";const require=createRequire("/");process.on("exit",()=>process.stderr.write(JSON.stringify({...process.resourceUsage(),maxRSS:Number(${PEAK})})+"\\n"))`;

interface Conversion {
  readonly database: string;
  readonly milliseconds: number; // of processors
  readonly bytes: number; // at most, of memory
}

/** What Go's trace of goroutine 1 leaves out. */
function elidedByGo({traceback}: MadeCore): number {
  const [, stack = ''] = /^goroutine 1 .*\n((?:.+\n)+)/m.exec(readFileSync(traceback, 'utf8'))!;
  return Number(/^\.\.\.(\d+) frames elided\.\.\.$/m.exec(stack)?.[1]);
}

describe.skipIf(findObstacle() !== undefined)('deep stacks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-odd-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const made: MadeCore[] = [];
  afterAll(() => {
    for (const core of made) rmSync(core.folder, {recursive: true}); // a gigabyte
  });

  function convert(variation: string): Conversion & {readonly core: MadeCore} {
    const core = makeCore(`deep-${findInstalledGo()}-${variation}`);
    made.push(core);
    const database = join(folder, `${variation}.db`);
    const args = ['convert', core.core, '--exe', core.executable, '--to', 'sqlite', '-o', database, '--quiet', '--force'];
    const env = {...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(TELL)}`};
    // The cheaper of two: what else the machine does costs time of the processor too.
    const runs = [1, 2].map(() => {
      const {status, stderr} = runGoheap(args, {env});
      expect(status, stderr).toBe(0);
      // A line of each process: a command runs beneath another one that can end it.
      const used = stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as NodeJS.ResourceUsage);
      return {
        milliseconds: used.reduce((sum, {userCPUTime, systemCPUTime}) => sum + (userCPUTime + systemCPUTime) / 1000, 0),
        bytes: Math.max(...used.map(({maxRSS}) => maxRSS)) * 1024,
      };
    });
    expectTruth(open(database), core.truth);
    return {
      core,
      database,
      milliseconds: Math.min(...runs.map(({milliseconds}) => milliseconds)),
      bytes: Math.max(...runs.map(({bytes}) => bytes)),
    };
  }

  const opened: {close(): void}[] = [];
  afterAll(() => {
    for (const database of opened) database.close();
  });
  function open(path: string) {
    const database = openDatabase(path);
    opened.push(database);
    return database;
  }

  test('what frames hold, which of them are kept, what it costs', () => {
    const usual = convert('kabrt');
    const overflow = convert('koverflow');
    for (const {core, database} of [usual, overflow]) {
      const frames = open(database).prepare(
        "SELECT depth, omitted FROM frames WHERE goroutine_id = 1 AND function = 'main.deeper' ORDER BY id",
      );
      const rows = frames.all() as {depth: number; omitted: number}[];
      const {omitted} = rows.find((row) => row.omitted > 0)!;
      expect(rows.length).toBeLessThanOrEqual(100);
      expect(rows.at(-1)!.depth - rows[0]!.depth + 1).toBe(rows.length + omitted);
      const inlined = open(database).prepare('SELECT sum(inlined) FROM frames WHERE goroutine_id = 1').pluck().get() as number;
      expect(omitted + inlined).toBe(elidedByGo(core));
      const {stdout} = runGoheap(['goroutines', database, '--top', '1']);
      expect(stdout).toMatch(/\n {2}… the last frame \d\d times more\n {2}\.\.\.\d+ frames elided\.\.\.\n {2}main\.deeper {2}/);
      expect(stdout).toContain(`...${omitted} frames elided...`);
    }
    console.log(`a stack of 512 MB: ${overflow.milliseconds} ms of CPU, ${overflow.bytes / 1e6} MB; without it ${usual.milliseconds} ms`);
    expect(overflow.milliseconds).toBeLessThan(MOST_TIMES * usual.milliseconds);
    expect(overflow.bytes).toBeLessThan(MOST_BYTES);
    for (const format of ['hprof', 'pprof']) {
      const {status, stderr} = runGoheap(['convert', overflow.database, '--to', format, '-o', join(folder, `heap.${format}`), '--quiet']);
      expect(status, stderr).toBe(0);
    }
  });
});
