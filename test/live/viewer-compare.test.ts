/**
 * The viewer with a base: the screen Compare and the columns Δ, on two dumps of one process that says what it held at each. The base is a core, and converted while
 * the page is there. Needs a Chromium, Go and gdb.
 */
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {HeapDiff} from '../../src/database/diff-heaps.js';
import type {Comparison} from '../../viewer/protocol.js';
import {accessibilityProblems, bytesIn, heading, launchBrowser, openScreen, rowsOf} from '../kit/browser.js';
import {convertProgram, type Held, takeStep} from '../kit/changing-program.js';
import {openDatabase} from '../kit/goheap.js';
import {goheapJson} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle} from '../kit/live-cores.js';
import {buildProgram, type Dumped, programFolder, RunningProgram} from '../kit/running-program.js';
import {takePicture} from '../kit/take-picture.js';
import {keyboard, mouse} from '../kit/viewer-hands.js';
import {answerOf, failureOf, isRunning, startViewer, until, type ViewerProcess} from '../kit/viewer-process.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('Nothing is compared in the viewer: no chromium on the path.');
const folder = programFolder('compare');

describe.skipIf(browser === undefined || findObstacle() !== undefined)('two dumps of one process', () => {
  let viewer: ViewerProcess;
  let before: Dumped;
  let after: string;
  let diff: HeapDiff;
  const truth: Held[] = [];
  beforeAll(async () => {
    mkdirSync(folder, {recursive: true});
    const program = await RunningProgram.start(buildProgram('changes', findInstalledGo(), folder), [], folder);
    truth.push(await takeStep(program, 0));
    before = program.gcore('before-core');
    truth.push(await takeStep(program, 1));
    after = await convertProgram(program, join(folder, 'after.db'));
    await program.end();
    const cache = {XDG_CACHE_HOME: join(folder, 'cache')};
    const bases = [before.core, after, before.core].flatMap((base) => ['--base', base]);
    viewer = await startViewer([after, ...bases, '--exe', before.executable], cache);
    await until(async () => (await viewer.status()).bases.every(({state}) => state === 'ready'));
    diff = await goheapJson(['diff', before.core, after, '--exe', before.executable, '--top', '10000'], {environment: cache});
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, {recursive: true});
  });

  const compared = async <T = Comparison>(base: number) => answerOf<T>(await viewer.ask('/api/compare', {base, request: `base ${base}`}));
  const shownSentences = () => diff.sentences.map((sentence) => sentence.replaceAll('`', ''));

  test('what the server answers is what goheap diff says', async () => {
    const {kept, ...told} = diff;
    const {kept: none, ...answer} = await compared<Comparison & {kept: null}>(0);
    expect(answer).toEqual(told);
    expect([kept, none]).toEqual([null, null]);
    const same = await compared(1);
    expect([same.sentences, same.holders, same.objects]).toEqual([[], [], []]);
    for (const base of [3, -1, 0.5, '0']) expect(failureOf(await viewer.ask('/api/compare', {base, request: 'r'})).code).toBe('usage');
  });

  test('it tells how far it is, goes on while other screens are looked at, and can be called off', async () => {
    await compared(1); // there is a process for it
    const signalAll = (signal: NodeJS.Signals) => {
      for (const child of viewer.children) if (isRunning(child)) process.kill(child, signal);
    };
    signalAll('SIGSTOP');
    const page = await open('compare?base=2');
    signalAll('SIGSTOP'); // also what was started for it
    const progress = page.getByRole('progressbar', {name: 'Comparing'});
    await progress.waitFor();
    await page.keyboard.type('gm');
    await heading(page, 'Memory map');
    await page.keyboard.type('gc');
    await progress.waitFor();
    const {children} = viewer;
    expect(children.every(isRunning)).toBe(true);
    await page.getByRole('button', {name: 'Cancel'}).click();
    await page.getByText('Called off.').waitFor();
    await until(() => !children.every(isRunning));
    signalAll('SIGCONT');
    await page.getByRole('button', {name: 'Go on'}).click();
    await page.locator('.sentences li').first().waitFor();
    expect(await page.locator('.sentences li').allTextContents()).toEqual(shownSentences());
    await page.context().close();
  });

  const open = async (hash?: string): Promise<Page> => {
    const {page, complaints} = await openScreen(browser!, viewer, hash, {width: 1920}); // columns are told by their order
    page.on('close', () => expect(complaints).toEqual([]));
    return page;
  };

  test.each([
    ['mouse', mouse],
    ['keyboard', keyboard],
  ] as const)('from the Overview to what grew and where, by %s', async (_, handOf) => {
    const page = await open();
    const hand = handOf(page);
    await hand.goTo('Compare', 'c');
    await heading(page, 'Compare');
    const sentences = page.locator('.sentences li');
    await sentences.first().waitFor();
    expect(await sentences.allTextContents()).toEqual(shownSentences());
    await hand.chooseTab(`Goroutine groups ${diff.goroutine_groups.length}`);
    const waiters = rowsOf(page, 'Goroutine groups').filter({hasText: 'main.wait'}).first();
    expect(await waiters.locator('td').nth(1).textContent()).toBe('new');
    expect(await waiters.locator('td').last().textContent()).toBe(String(truth[1]!.waiters));
    await hand.openRow('Goroutine groups', 'main.wait');
    await heading(page, 'Goroutines');
    await rowsOf(page, 'Goroutines with equal stacks').filter({hasText: 'main.go:'}).first().waitFor();
    await page.context().close();
  });

  test('lists can be narrowed and sorted, and pass the accessibility check', async () => {
    const page = await open('compare');
    await page.setViewportSize({width: 1440, height: 900});
    await page.reload(); // the pane is as wide as fits the window
    await page.locator('tbody tr').first().waitFor();
    await takePicture(page, 'compare-light');
    await page.setViewportSize({width: 1920, height: 900});
    await page.evaluate("location.hash = '#/compare?tab=types&state=new'");
    const rows = rowsOf(page, 'Types');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(diff.types.filter(({state}) => state === 'new').length);
    await page.getByLabel('Filter').fill('main.user');
    await until(async () => (await rows.count()) === 1);
    // Each session has one.
    expect(await rows.locator('td').last().textContent()).toBe(
      (truth[1]!.sessions - truth[0]!.sessions).toLocaleString('en-US').replace(',', '\u202f'),
    );
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  test('tables of other screens have what each row grew by', async () => {
    const sizeIn = (path: string, name: string) => {
      const database = openDatabase(path);
      const bytes = database.prepare('SELECT total(bytes) FROM types WHERE name = ?').pluck().get(name) as number;
      database.close();
      return bytes;
    };
    const was = (await compared(0)).types.find(({name}) => name === 'main.Page')!;
    const page = await open('types');
    const row = rowsOf(page, 'Types of objects').filter({has: page.getByRole('link', {name: 'main.Page', exact: true})});
    await row.locator('.delta').waitFor();
    expect(await bytesIn(row.locator('.delta'))).toBe(sizeIn(after, 'main.Page') - was.before_bytes);
    expect(await row.locator('.delta').textContent()).toContain('+');
    await page.evaluate("location.hash = '#/goroutines'");
    const group = rowsOf(page, 'Goroutines with equal stacks').filter({hasText: 'main.wait'}).first();
    await group.locator('.delta').waitFor();
    expect(await bytesIn(group.locator('.delta'))).toBe(diff.goroutine_groups.find(({name}) => name.includes('main.wait'))!.delta_bytes);
    await page.context().close();
  });
});
