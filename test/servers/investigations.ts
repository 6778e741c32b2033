/**
 * The five questions of test/kit/five-questions.ts asked of a server that others wrote, by mouse and by keyboard: it is loaded so that it has what they are about, dumped before
 * and after, and what the viewer finds is what the server itself counts.
 */
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import type {Browser} from 'playwright-core';
import {openScreen} from '../kit/browser.js';
import {
  askWhatChanged,
  askWhatClearingGains,
  askWhatIsPinned,
  askWhichMapGrew,
  askWhySoManyGoroutines,
  type ChangedType,
  type ClearedField,
  type GrownMap,
  inThreeSteps,
  type ManyGoroutines,
  type PinnedArrays,
  WIDE,
} from '../kit/five-questions.js';
import {garbageWithoutField} from '../kit/garbage-without.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {type Hand, keyboard, mouse} from '../kit/viewer-hands.js';
import {startViewer, until} from '../kit/viewer-process.js';
import {buildFromModule, RunningServer} from './dump-loaded.js';
import type {LoadedServer, Ports} from './loaded-server.js';

export interface Investigated {
  readonly server: LoadedServer;
  /** A little of what `grow` does more of; resolves when it is done, and gives what ends what still goes on. */
  readonly begin: (ports: Ports) => Promise<() => void>;
  readonly grow: (ports: Ports) => Promise<() => void>;
  /** What the server says of itself, before and after. */
  readonly count: (ports: Ports) => Promise<Readonly<Record<string, number>>>;
  /** What is to be found, from these numbers. */
  readonly expected: (before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) => Answers;
}

export interface Answers {
  readonly map: GrownMap;
  readonly goroutines: ManyGoroutines;
  readonly pinned: PinnedArrays;
  /** `name` of the field, as Go declares it. */
  readonly cleared: Omit<ClearedField, 'garbage'> & {readonly name: string};
  readonly changed: ChangedType;
}

/** Below `folder`, where the server's executable is, or will be. Gives what is wrong with each walk that did not find its answer. */
export async function investigate(
  {server, begin, grow, count, expected}: Investigated,
  browser: Browser,
  folder: string,
): Promise<string[]> {
  const executable = buildFromModule(server, false, folder);
  const work = join(folder, `${server.name}-investigated`);
  const databases = join(folder, `${server.name}-databases`);
  mkdirSync(databases, {recursive: true});
  const running = await RunningServer.start(server, executable, work);
  const ends: (() => void)[] = [];
  const dump = async (name: string) => {
    const core = running.dump(name);
    const path = await convertCore({core, executable}, join(databases, `${name}.db`), ['--contents', 'full']);
    rmSync(core);
    return path;
  };
  const [before, old, after, last] = await (async () => {
    try {
      ends.push(await begin(running.ports));
      const first = await count(running.ports);
      const base = await dump('before');
      ends.push(await grow(running.ports));
      return [first, base, await count(running.ports), await dump('after')] as const;
    } finally {
      await running.end();
      for (const end of ends) end();
    }
  })();

  const answers = expected(before, after);
  const database = openDatabase(last);
  const viewer = await startViewer([last, '--base', old]);
  await until(async () => (await viewer.status()).bases.every(({state}) => state === 'ready'));
  const {name: field, ...cleared} = answers.cleared;
  const garbage = (node: string) => garbageWithoutField(database, node, field);
  const questions: Readonly<Record<string, (hand: Hand) => Promise<void>>> = {
    'which map grew': (hand) => askWhichMapGrew(hand, answers.map),
    'why so many goroutines': (hand) => askWhySoManyGoroutines(hand, answers.goroutines),
    'what a few bytes pin': (hand) => askWhatIsPinned(hand, answers.pinned),
    'what clearing a field gains': (hand) => askWhatClearingGains(hand, {...cleared, garbage}),
    'what changed': (hand) => askWhatChanged(hand, answers.changed),
  };
  const failures: string[] = [];
  for (const [question, ask] of Object.entries(questions))
    for (const handOf of [mouse, keyboard]) {
      const {page} = await openScreen(browser, viewer, 'overview', WIDE);
      await ask(inThreeSteps(handOf(page))).catch((error: Error) => failures.push(`${question}, by ${handOf.name}: ${error.message}`));
      await page.context().close();
    }
  await viewer.stop();
  database.close();
  rmSync(work, {recursive: true});
  return failures;
}
