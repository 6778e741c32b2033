/**
 * Every screen of the viewer, the pane and its tabs in light and dark, at 1440, 1024 and 360 pixels and at 200 % zoom: no fault that axe-core finds, no text that
 * is too faint, none that is cut and cannot be read. One page goes through all of them. The pictures of docs/viewer.md are taken on the way: those that are missing,
 * or all with UPDATE=1. Needs a Chromium.
 */
import {copyFileSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type AxeRules, accessibilityProblems, heading, launchBrowser, openScreen, openTab, rowsOf} from '../kit/browser.js';
import {fixtureDatabase} from '../kit/fixture-database.js';
import {unpackFixture} from '../kit/fixtures.js';
import {pickTargets} from '../kit/live-targets.js';
import {faintTexts, unreadableTexts} from '../kit/screen-faults.js';
import {takePicture} from '../kit/take-picture.js';
import {startViewer, until, type ViewerProcess} from '../kit/viewer-process.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('The screens of the viewer are not looked at: no chromium on the path.');
const folder = mkdtempSync(join(tmpdir(), 'goheap-screens-'));
const zoo = unpackFixture('zoo-1.26.8');

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

interface Stop {
  readonly hash: string;
  /** What is there when the screen shows what it is for: a selector, of the n-th when a number follows. */
  readonly shows: string;
  readonly picture?: string;
  /** In front of what it shows. */
  readonly act?: (page: Page) => Promise<unknown>;
  /** On the program with one of every shape instead of the one that leaks. */
  readonly isZoo?: boolean;
}

/** The screens of viewer/app/screens.ts, all of them, by their ids. */
const STOPS: Readonly<Record<string, readonly Stop[]>> = {
  overview: [{hash: 'overview', shows: '.findings li, table[aria-label^="Goroutines"] tbody tr', picture: 'overview'}],
  suspects: [{hash: 'suspects', shows: '.card', picture: 'suspects'}],
  holders: [{hash: 'holders?o=main.static', shows: '.icicle-legend li', picture: 'holders'}],
  types: [
    {hash: 'types', shows: 'tbody tr', picture: 'types'},
    {hash: 'types?type=main.session', shows: '.holder-tree li', picture: 'type'},
    {hash: 'types?type=main.session&tab=owners', shows: '.chosen tbody tr'},
    {hash: 'types?type=main.session&tab=objects', shows: '.chosen tbody tr'},
    {hash: 'types?by=package', shows: 'tbody tr'},
  ],
  object: [
    {hash: 'object?o=0x21c1dcbc100&tab=sizes', shows: 'tr.padding', picture: 'object', isZoo: true},
    {hash: 'object?o=main.GMapLargeS', shows: 'table[aria-label="Value"] tbody tr', isZoo: true},
    {hash: 'object?o=goroutine 1', shows: 'table[aria-label="Stack"] tbody tr'},
    {hash: 'object?o=main.truthBuf', shows: '.side tbody tr'},
  ],
  packages: [
    {hash: 'packages?p=main', shows: '.chosen tbody tr'},
    {hash: 'packages?p=main&tab=types', shows: '.chosen tbody tr'},
  ],
  goroutines: [{hash: 'goroutines?g=1', shows: 'tbody tr:nth-child(8)', picture: 'goroutines'}],
  timers: [
    {hash: 'timers', shows: '.listed tbody tr', picture: 'timers'},
    {hash: 'timers?tab=contexts', shows: '.listed tbody tr'},
  ],
  strings: [{hash: 'strings?s=session', shows: 'table[aria-label="Found"] tbody tr', picture: 'strings'}],
  waste: [{hash: 'waste', shows: '.card', picture: 'waste'}],
  compare: [
    {hash: 'compare', shows: 'tbody tr', isZoo: true},
    {hash: 'compare?tab=types', shows: 'tbody tr', isZoo: true},
  ],
  memory: [{hash: 'memory', shows: 'table[aria-label="Spans by size class"] tbody tr', picture: 'memory'}],
  sql: [{hash: 'sql?q=SELECT+*+FROM+histogram', shows: 'table[aria-label="Rows"] tbody tr', act: runStatement, picture: 'sql'}],
};

const TYPE = 'types?f=session';
/** Behind the screens, since what is opened in narrow windows stays open. */
const PANE: readonly Stop[] = [
  {hash: TYPE, shows: '.pane .path li', act: (page) => page.keyboard.press('1'), picture: 'pane'},
  {hash: TYPE, shows: '.pane tbody tr', act: (page) => page.keyboard.press('2')},
  {hash: TYPE, shows: '.pane .holder-tree li', act: (page) => page.keyboard.press('3'), picture: 'held-by'},
  {hash: 'object?o=main.static', shows: '.pane .pointer-groups, .pane .said', act: (page) => page.keyboard.press('3')},
  {hash: TYPE, shows: '.pane .sums', act: (page) => page.keyboard.type('w4'), picture: 'what-if'},
];

async function runStatement(page: Page): Promise<void> {
  await page.getByText('Queries of the screens').first().waitFor({state: 'attached'});
  await page.locator('.sql-editor .cm-content').waitFor();
  await page.getByRole('button', {name: 'Run', exact: true}).click();
}

const WIDE = {width: 1440, height: 900};
const PHONE = {width: 360, height: 740};
/** Of 1280 × 800: a zoom makes a window smaller for the page, and nothing else. */
const ZOOMED = {width: 640, height: 400};
const SIZES = [WIDE, {width: 1024, height: 768}, ZOOMED, PHONE];
/**
 * In the live tier `faintTexts` looks at the colours, which decides every text; axe-core's way, which leaves some open, takes ten times as long. Its other rules ask
 * for the structure, which is that of the wide window: in the matrix it looks at all windows.
 */
const RULES = pickTargets<AxeRules>(['structure'], ['all']).at(-1)!;
/** Pictures are of wide windows in light; of these there are others too. */
const DARK_PICTURES = ['overview', 'holders'];
const NARROW_PICTURES = ['overview', 'types', 'object'];

describe.skipIf(browser === undefined)('every screen', () => {
  let leaks: ViewerProcess;
  let viewer: ViewerProcess;
  beforeAll(async () => {
    leaks = await startViewer([await undatedDatabase('suspects-1.26.8')]);
    viewer = await startViewer([await undatedDatabase('zoo-1.26.8'), '--base', await fixtureDatabase('zoo-1.24.13')]);
  });

  test('is in the list', () => {
    const source = readFileSync(new URL('../../viewer/app/screens.ts', import.meta.url), 'utf8');
    expect(Object.keys(STOPS)).toEqual([...source.matchAll(/\{id: '(\w+)'/g)].map(([, id]) => id));
  });

  test.each([false, true])('has no fault in any size or colour, %s', async (isZoo) => {
    const {page, complaints} = await openScreen(browser!, isZoo ? viewer : leaks, 'overview', WIDE);
    const faults: string[] = [];
    for (const stop of [...Object.values(STOPS).flat(), ...PANE].filter((each) => (each.isZoo ?? false) === isZoo)) {
      await page.evaluate(`location.hash = ${JSON.stringify(`#/${stop.hash}`)}`);
      await stop.act?.(page);
      await page.locator(stop.shows).first().waitFor();
      await page.waitForTimeout(150); // the last answers
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await page.waitForTimeout(50); // the new layout
        for (const found of await lookAt(page, stop, size)) faults.push(`${stop.hash} at ${size.width}: ${found}`);
      }
      await page.setViewportSize(WIDE);
    }
    expect(faults).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  async function lookAt(page: Page, {picture = ''}: Stop, size: {readonly width: number}): Promise<string[]> {
    const isWide = size === WIDE;
    const found = await unreadableTexts(page);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({colorScheme});
      found.push(...(await faintTexts(page)).map((text) => `${colorScheme} ${text}`));
      const isAsked = RULES === 'all' ? size.width !== 1024 : isWide && colorScheme === 'light';
      if (isAsked) found.push(...(await accessibilityProblems(page, RULES)));
      if (isWide && colorScheme === 'dark' && DARK_PICTURES.includes(picture)) await takePicture(page, `${picture}-dark`);
    }
    if (isWide && picture !== '') await takePicture(page, `${picture}-light`);
    if (size === PHONE && NARROW_PICTURES.includes(picture)) await takePicture(page, `${picture}-narrow`);
    expect(await page.locator('body').evaluate((body) => body.textContent)).not.toMatch(/(?:^|\s)\/(?:\w[\w.-]*\/)+\w/); // a path of this machine
    return found;
  }

  test('goroutines, and the way to all of them, are on the first screen without scrolling', async () => {
    const {page} = await openScreen(browser!, viewer, 'overview', {width: 1440, height: 900});
    await rowsOf(page, 'Goroutines, grouped by stack').first().waitFor();
    const box = await rowsOf(page, 'Goroutines, grouped by stack').nth(2).boundingBox();
    expect(box!.y + box!.height).toBeLessThan(900);
    expect(await page.locator('table[aria-label="Goroutines, grouped by stack"]').textContent()).not.toContain('runtime.gcBg');
  });

  test('the list of screens is put away and comes back, also in narrow windows', async () => {
    const {page} = await openScreen(browser!, viewer);
    await rowsOf(page, 'Whose bytes').first().waitFor();
    await page.keyboard.press('b');
    await page.locator('.rail').waitFor({state: 'hidden'});
    expect((await page.locator('main').boundingBox())!.x).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.setViewportSize({width: 360, height: 740});
    await page.getByRole('link', {name: 'Types', exact: true}).waitFor();
    await page.setViewportSize({width: 1280, height: 800});
    await page.getByRole('button', {name: 'Screens', exact: true}).click();
    await page.getByRole('link', {name: 'Types', exact: true}).waitFor();
  });

  test('in a narrow window the names stay when a table is moved sideways', async () => {
    const {page} = await openScreen(browser!, viewer, 'types', {width: 360, height: 740});
    const name = rowsOf(page, 'Types of objects').first().locator('td').first();
    await name.waitFor();
    const before = (await name.boundingBox())!.x;
    await page
      .locator('.scroller')
      .first()
      .evaluate((scroller) => scroller.scrollTo({left: 200}));
    expect((await name.boundingBox())!.x).toBe(before);
  });

  test('while a core is opened', async () => {
    const opening = await startViewer([zoo.core, '--exe', zoo.executable], {XDG_CACHE_HOME: join(folder, 'cache')});
    await until(async () => (await opening.status()).stages.length > 2);
    const [converter] = opening.children;
    process.kill(converter!, 'SIGSTOP'); // what is seen stays so
    const {page, complaints} = await openTab(browser!, opening.url);
    await page.getByRole('heading', {level: 1, name: 'Opening core'}).waitFor();
    await page.locator('.stages li').nth(2).waitFor();
    expect(await page.getByLabel('Known so far').textContent()).toMatch(/^Program.*Go1\.26\.8 amd64.*Heap[\d.]+\sMiB in .*objects/u);
    expect(await accessibilityProblems(page)).toEqual([]);
    const notes = (await page.getByRole('heading', {name: 'Notes'}).boundingBox())!; // they name files of this machine
    await takePicture(page, 'opening-light', notes.y - 8);
    process.kill(converter!, 'SIGCONT');
    await heading(page, 'Overview');
    expect(complaints).toEqual([]);
  });
});

/** A fixture's database that does not say when the fixture was unpacked. */
async function undatedDatabase(name: string): Promise<string> {
  const path = join(folder, `${name}.db`);
  copyFileSync(await fixtureDatabase(name, ['--contents', 'full']), path);
  const database = new Database(path);
  database.prepare(`UPDATE meta SET value = '2026-10-01T12:00:00.000Z' WHERE key = 'dumped_at'`).run();
  database.close();
  return path;
}
