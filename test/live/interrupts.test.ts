/**
 * Ctrl-C and SIGTERM at random moments of every command, also while SQLite, an inflater or a reader of damaged tables computes without a pause: the
 * command ends at once, says so by its status, and leaves neither a process nor a file. GOHEAP_MOMENTS: how many moments a command.
 */
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';
import {afterAll, expect, test} from 'vitest';
import {spawnSync} from '../kit/child-process.js';
import {unpackFixture} from '../kit/fixtures.js';
import {convertCore} from '../kit/goheap-here.js';
import {runGoheap} from '../kit/run-goheap.js';

const MOMENTS = Number(process.env.GOHEAP_MOMENTS ?? 1);
/** Within this a command ends; a loaded machine alone may need longer for a process to be scheduled. */
const MOST_MS = 1000;
const ENDLESS = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c';

const folder = mkdtempSync(join(tmpdir(), 'goheap-interrupts-'));
afterAll(() => rmSync(folder, {recursive: true}));
const {core, executable} = unpackFixture('zoo-1.26.8');
const database = await convertCore({core, executable}, join(folder, 'zoo.db'));
const packed = join(folder, 'core.gz');
writeFileSync(packed, gzipSync(readFileSync(core), {level: 1}));

const exe = ['--exe', executable];
const commands: readonly (readonly [name: string, args: readonly string[], longest: number])[] = [
  ['query without an end', ['query', database, ENDLESS], 1500],
  ['info of a packed core', ['info', packed, ...exe], 3000],
  ...['sqlite', 'hprof', 'pprof'].map((to) => {
    return [`convert --to ${to}`, ['convert', core, ...exe, '--to', to, '-o', join(folder, `out.${to}`), '--force'], 3000] as const;
  }),
  ...[['top'], ['histogram'], ['goroutines'], ['object', '1'], ['path', '200', '--all', '100'], ['objects', '--type', 'uint8']].map(
    ([name, ...rest]) => [name!, [name!, core, ...rest, ...exe], 3000] as const,
  ),
];
/** Seeded: a failure can be repeated. */
function* moments(seed: number, longest: number): Generator<number> {
  for (let state = seed * 7919 + 1; ; ) {
    state = (state * 48271) % 2147483647;
    yield Math.floor((state / 2147483647) * longest);
  }
}

test.each(commands.map((command, index) => [...command, index] as const))(
  '%s',
  async (_, args, longest, index) => {
    const at = moments(index + 1, longest);
    for (let round = 0; round < MOMENTS; round++) {
      const cache = mkdtempSync(join(folder, 'cache-'));
      const name = round % 2 === 0 ? 'SIGINT' : 'SIGTERM';
      let sentAt = Number.POSITIVE_INFINITY;
      const moment = at.next().value as number;
      const result = await runGoheap(args, {
        environment: {XDG_CACHE_HOME: cache},
        onStart: (running) => {
          void wait(moment).then(() => {
            sentAt = performance.now();
            running.kill(name);
          });
        },
      });
      const took = performance.now() - sentAt;
      if (result.status === 0) continue; // it was faster
      // Before the first of its code ran, the signal ends Node itself.
      expect([name === 'SIGINT' ? 130 : 143, name], `${moment} ms: ${result.stderr}`).toContain(result.status);
      expect(took, `${name} after ${moment} ms`).toBeLessThan(MOST_MS);
      expect(readdirSync(folder).filter((file) => file.includes('.tmp'))).toEqual([]);
      const left = readdirSync(cache, {recursive: true}) as string[];
      expect(left.filter((file) => /\.tmp|unpacked/.test(file))).toEqual([]);
      expect(spawnSync('pgrep', ['-f', folder]).status, 'a process is left').toBe(1);
    }
  },
  MOMENTS * 20_000,
);
