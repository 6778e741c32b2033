/**
 * Every screen of the viewer over the bundled core, and over databases that do not know everything: what it must show, no fault that axe-core
 * finds, no sideways scrolling, in light and dark, in narrow windows and at 200 % zoom. The pictures of docs/viewer.md are taken here: those that
 * are missing, or all with UPDATE=1. Needs a Chromium.
 */
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import Database from 'better-sqlite3';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {accessibilityProblems, heading, type Looks, launchBrowser, openScreen, openTab, rowsOf} from '../kit/browser.js';
import {unpackFixture} from '../kit/fixtures.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';
import {smallPng} from '../kit/small-png.js';
import {startViewer, until, type ViewerProcess} from '../kit/viewer-process.js';

const PICTURES = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const MOST_PICTURE_BYTES = 100_000;

const browser = await launchBrowser();
if (browser === undefined) console.warn('The screens of the viewer are not looked at: no chromium on the path.');
const folder = mkdtempSync(join(tmpdir(), 'goheap-screens-'));
const zoo = unpackFixture('zoo-1.26.8');

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

interface Shown {
  readonly name: string;
  readonly hash: string;
  /** Resolves when the screen shows what it is for. */
  readonly isThere: (page: Page) => Promise<unknown>;
}

const link = (page: Page, name: string) => page.getByRole('link', {name, exact: true}).first().waitFor();

/** `o` of the object's screen: a struct with padding, pointers of all kinds, and a path of several steps. */
const SCREENS: readonly Shown[] = [
  {name: 'overview', hash: 'overview', isThere: (page) => Promise.all([link(page, 'main.GMapLargeS'), link(page, 'main.spawn.func1')])},
  {name: 'types', hash: 'types', isThere: (page) => link(page, 'main.Scalar24')},
  {name: 'objects', hash: 'types?type=main.TreeNode&tab=objects', isThere: openPane},
  {name: 'dominators', hash: 'holders?o=main.GTree', isThere: (page) => page.locator('.icicle canvas').waitFor()},
  {name: 'object', hash: 'object?o=0x21c1dcbc100&tab=sizes', isThere: (page) => page.locator('tr.padding').first().waitFor()},
  {name: 'goroutines', hash: 'goroutines?g=24', isThere: (page) => page.getByText('main.deep').nth(3).waitFor()},
  {name: 'memory', hash: 'memory', isThere: (page) => page.getByText('Spans by size class').waitFor()},
  {name: 'sql', hash: 'sql?q=SELECT+*+FROM+histogram', isThere: runStatement},
];

/** How wide and in which colours each screen is looked at, and which ones are also pictures: all unless told. */
const LOOKS: readonly (Looks & {readonly name: string; readonly pictures?: readonly string[]})[] = [
  {name: 'light'},
  {name: 'dark', scheme: 'dark'},
  {name: 'narrow', width: 360, height: 740, pictures: ['overview', 'types', 'object']},
  {name: '200 %', width: 640, height: 400, scale: 2, pictures: []},
];

/** Where the window is narrow its tabs alone are seen. */
async function openPane(page: Page): Promise<void> {
  await rowsOf(page, 'Objects, most retained first').nth(1).waitFor();
  await page.getByRole('tab', {name: 'Why alive'}).click();
  await page.locator('.pane .path li').nth(1).waitFor();
}

async function runStatement(page: Page): Promise<void> {
  await page.getByText('Queries of the screens').first().waitFor({state: 'attached'});
  await page.locator('.sql-editor .cm-content').waitFor();
  await page.getByRole('button', {name: 'Run', exact: true}).click();
  await rowsOf(page, 'Rows').nth(3).waitFor();
}

describe.skipIf(browser === undefined)('a core with one of every shape', () => {
  let viewer: ViewerProcess;
  beforeAll(async () => {
    const path = await convertCore(zoo, join(folder, 'zoo.db'), ['--contents', 'full']);
    const database = new Database(path);
    database.prepare(`UPDATE meta SET value = '2026-10-01T12:00:00.000Z' WHERE key = 'dumped_at'`).run(); // when the fixture was unpacked
    database.close();
    viewer = await startViewer([path]);
    mkdirSync(PICTURES, {recursive: true});
  });

  test.each(LOOKS)('every screen, $name', async ({name: look, pictures, ...looks}) => {
    const {page, complaints} = await openScreen(browser!, viewer, 'overview', looks);
    for (const {name, hash, isThere} of SCREENS) {
      await page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
      await isThere(page);
      await page.evaluate('document.fonts.ready');
      await page.waitForTimeout(150); // the last answers
      expect(await accessibilityProblems(page), name).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), name).toBe(true);
      expect(await page.locator('body').evaluate((body) => body.textContent), name).not.toMatch(/(?:^|\s)\/(?:\w[\w.-]*\/)+\w/);
      if ((pictures ?? [name]).includes(name)) await takePicture(page, `${name}-${look}`);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

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

describe.skipIf(browser === undefined)('what is not known is said', () => {
  test('a core that is not opened', async () => {
    const wrong = await startViewer([zoo.core, '--exe', unpackFixture('tiny-1.26.8').executable], {XDG_CACHE_HOME: join(folder, 'wrong')});
    const {page} = await openTab(browser!, wrong.url);
    await heading(page, 'Could not open core');
    await page
      .getByRole('alert')
      .getByText(/is not the program that/)
      .waitFor();
    await page.getByText(/Give the executable of that very build with --exe/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('a core that was cut', async () => {
    const core = join(folder, 'cut.core');
    copyFileSync(zoo.core, core);
    truncateSync(core, Math.floor((statSync(core).size * 2) / 3));
    const path = await convertCore({core, executable: zoo.executable}, join(folder, 'cut.db'));
    const {page} = await openDatabasePage(path);
    const warnings = openDatabase(path).prepare('SELECT count(*) FROM warnings').pluck().get() as number;
    await page.locator('.chip', {hasText: 'incomplete'}).waitFor();
    await page.locator('a.chip', {hasText: `${warnings} warnings`}).waitFor();
    await page
      .locator('.summary')
      .getByText(/^at least/)
      .waitFor();
    await page.locator('.warning-box summary').click();
    await page.getByText(/bytes of memory are missing/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('a database without contents', async () => {
    const {page} = await openDatabasePage(
      await convertCore(zoo, join(folder, 'none.db'), ['--contents', 'none']),
      'object?o=main.GMapLarge',
    );
    await page.getByText(/made with --contents none/).waitFor();
    expect(await rowsOf(page, 'It points to').count()).toBe(1);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('a redacted database', async () => {
    const flags = ['--contents', 'full', '--redact', 'session-[0-9]+|key'];
    const {page} = await openDatabasePage(await convertCore(zoo, join(folder, 'redacted.db'), flags));
    await page.locator('.chip', {hasText: 'redacted'}).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test.skipIf(findObstacle() !== undefined)('a stripped program', async () => {
    const path = await convertCore(makeCore(`zoo-${findInstalledGo()}-stripped`), join(folder, 'stripped.db'));
    const {page} = await openDatabasePage(path);
    await page.locator('.chip', {hasText: 'no DWARF'}).waitFor();
    const untyped = openDatabase(path)
      .prepare(`SELECT sum(o.size) FROM objects o JOIN types t ON t.id = o.type_id WHERE o.reachable = 1 AND t.kind = 'unknown'`)
      .pluck()
      .get() as number;
    expect(untyped).toBeGreaterThan(1 << 20);
    const row = page.locator('.process .legend li').filter({hasText: 'Live, of unknown type'});
    expect(await row.locator('.bytes').getAttribute('title')).toBe(`${String(untyped).replace(/\B(?=(\d{3})+$)/g, '\u202f')} bytes`);
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

async function openDatabasePage(path: string, hash = 'overview') {
  const tab = await openScreen(browser!, await startViewer([path]), hash);
  await tab.page.locator('.top-bar .summary').waitFor();
  await tab.page.locator(hash === 'overview' ? '.process' : '.facts').waitFor();
  return tab;
}

/** Into docs/screenshots; of the upper part only, when `height` is given. */
async function takePicture(page: Page, name: string, height?: number): Promise<void> {
  const path = join(PICTURES, `${name}.png`);
  if (existsSync(path) && process.env.UPDATE !== '1') return;
  await page.mouse.move(0, 0);
  const {width} = page.viewportSize()!;
  const clip = height === undefined ? {} : {clip: {x: 0, y: 0, width, height}};
  writeFileSync(path, smallPng(await page.screenshot({animations: 'disabled', caret: 'hide', ...clip})));
  expect(statSync(path).size).toBeLessThan(MOST_PICTURE_BYTES);
}
