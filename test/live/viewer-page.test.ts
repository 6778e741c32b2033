/**
 * The page of `goheap view` in a real browser, over the recorded zoo: the way from a core to the Overview, Types and the SQL console, keys, links,
 * other tabs, names that want to be markup, a server that goes away. Needs a Chromium: on the path, or named by CHROMIUM.
 */
import {cpSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {accessibilityProblems, heading, launchBrowser, openScreen, openTab, openTabIn, rowsOf, tableOf} from '../kit/browser.js';
import {exportText} from '../kit/exported.js';
import {unpackFixture} from '../kit/fixtures.js';
import {convertCore} from '../kit/goheap-here.js';
import {startViewer, type ViewerProcess} from '../kit/viewer-process.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('The viewer is not looked at in a browser: no chromium on the path.');

const folder = mkdtempSync(join(tmpdir(), 'goheap-page-'));
const database = join(folder, 'zoo.db');
let viewer: ViewerProcess;

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

describe.skipIf(browser === undefined)('the page', () => {
  beforeAll(async () => {
    await convertCore(unpackFixture('zoo-1.26.8'), database);
    viewer = await startViewer([database]);
  });

  test('a core becomes an Overview by itself', async () => {
    const {core, executable} = unpackFixture('tiny-1.26.8');
    const opening = await startViewer([core, '--exe', executable], {XDG_CACHE_HOME: join(folder, 'cache')});
    const {page, complaints} = await openTab(browser!, opening.url);
    await heading(page, 'Overview');
    expect(page.url()).not.toContain(opening.token);
    expect(complaints).toEqual([]);
  });

  test('the Overview says what the database says', async () => {
    const {page} = await open('overview');
    const biggest = await viewer.query('holders', {limit: 7});
    const named = biggest.rows.map((row) => Object.fromEntries(biggest.columns.map((column, at) => [column, row[at]])));
    await rowsOf(page, 'Biggest holders').nth(7).waitFor();
    const names = await page.locator('table[aria-label="Biggest holders"] tbody tr td:first-child').allInnerTexts();
    expect(names.slice(0, 7).map((text) => text.replace(/^\d+ × /, ''))).toEqual(named.slice(0, 7).map(({name}) => name));
    expect(names[7]!.replace(/\u202f/g, '')).toBe(`${named[7]!.count} rows more`);
    const gathered = await page.locator('table[aria-label="Biggest holders"] tbody tr td:nth-child(2)').allInnerTexts();
    expect(gathered.map((text) => text.split(' × ').at(-1))).toEqual(named.map(({gathers_type}) => gathers_type ?? ''));
    const memory = await viewer.query('memory');
    const live = memory.rows.find(([, part]) => part === 'live objects')![2];
    const shown = (bytes: number) =>
      bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)}\u00a0KiB` : `${(bytes / 2 ** 20).toFixed(1)}\u00a0MiB`;
    expect(await page.locator('#budget-title').textContent()).toBe(`Live heap: ${shown(Number(live))}`);
    const isFile = (category: unknown) => category === 'program' || category === 'files';
    const touched = memory.rows.reduce((sum, [category, , , bytes]) => sum + (isFile(category) ? 0 : Number(bytes)), 0);
    expect(await page.locator('.budget .said').textContent()).toContain(`RSS ≈ ${shown(touched)}`);
    expect(await page.locator('.process .legend').textContent()).toMatch(/Unreachable objects6\.3KiB/);
  });

  test('Types: filter, order and type are in the address, and Back finds them again', async () => {
    const {page} = await open('types');
    await page.getByLabel('Filter').fill('tree');
    await rowsOf(page, 'Types of objects').filter({hasText: 'main.TreeNode'}).first().waitFor();
    await page.getByRole('button', {name: 'Objects'}).click();
    expect(new URL(page.url()).hash).toBe('#/types?f=tree&sort=-objects');
    await page.reload();
    await rowsOf(page, 'Types of objects').getByRole('link', {name: 'main.TreeNode', exact: true}).click();
    await page.getByRole('tab', {name: 'Objects'}).click();
    const objects = rowsOf(page, 'Objects, most retained first');
    await objects.first().waitFor();
    const link = await objects.first().getByRole('link').getAttribute('href');
    expect(link).toMatch(/^#\/object\?o=0x[0-9a-f]+$/);
    await objects.first().getByRole('link').click();
    await page.waitForURL(/#\/object/);
    await page.goBack();
    await objects.first().waitFor();
    expect(await page.getByLabel('Filter').inputValue()).toBe('tree');
  });

  test('a long list is drawn in part, loads on demand, and Back finds the place', async () => {
    const {page} = await open('types?type=main.Scalar24&tab=objects');
    const rows = rowsOf(page, 'Objects, most retained first');
    await rows.first().waitFor();
    const [{objects}] = (await sqlRows(viewer, `SELECT objects FROM types WHERE name = 'main.Scalar24'`)) as [{objects: number}];
    expect(objects).toBeGreaterThan(1000);
    for (
      let pages = 0;
      pages < 40 && (await tableOf(page, 'Objects, most retained first').getAttribute('aria-rowcount')) === '-1';
      pages++
    ) {
      await tableOf(page, 'Objects, most retained first').press('End');
      await page.waitForTimeout(60);
    }
    expect(await tableOf(page, 'Objects, most retained first').getAttribute('aria-rowcount')).toBe(String(objects + 1));
    await tableOf(page, 'Objects, most retained first').press('End');
    await rows.and(page.locator(`[aria-rowindex="${objects + 1}"]`)).waitFor();
    expect(await rows.count()).toBeLessThan(80);
    await page.waitForTimeout(300);
    await tableOf(page, 'Objects, most retained first').press('Enter');
    await page.waitForURL(/#\/object/);
    await page.goBack();
    await rows.and(page.locator(`[aria-rowindex="${objects + 1}"]`)).waitFor();
  });

  test('by keys alone: screens, search, rows, the sheet', async () => {
    const {page} = await open('overview');
    await page.keyboard.type('gt');
    await heading(page, 'Types');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    expect(await page.title()).toBe('Types · zoo.db · goheap');
    await rowsOf(page, 'Types of objects').first().waitFor();
    const second = await rowsOf(page, 'Types of objects').nth(1).getByRole('link').first().textContent();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator('.chosen h2').first().waitFor();
    expect(await page.locator('.chosen h2').first().textContent()).toBe(second);
    await page.keyboard.press('?');
    await page.getByRole('dialog', {name: 'Help'}).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('GHugeBytes');
    await page.locator('.hits a').first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/object\?o=main\.GHugeBytes$/);
    await page.keyboard.press('[');
    await heading(page, 'Types');
  });

  test('a statement of a link is not run before the user says so; its cells are links', async () => {
    const {page} = await open(`sql?q=${encodeURIComponent('SELECT id, address, type_id, size FROM objects LIMIT 3')}`);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.getByText('From a link: not run yet.').waitFor();
    await page.waitForTimeout(300);
    expect(asked).not.toContain('/api/sql');
    await page.locator('.sql-editor .cm-content').click();
    await page.keyboard.press('Control+Enter');
    await rowsOf(page, 'Rows').nth(2).waitFor();
    const targets = await rowsOf(page, 'Rows')
      .first()
      .getByRole('link')
      .evaluateAll((links: {hash: string}[]) => links.map(({hash}) => hash));
    expect(targets[0]).toMatch(/^#\/object\?o=\d+$/);
    expect(targets[1]).toMatch(/^#\/object\?o=0x[0-9a-f]+$/);
  });

  test('a statement without end is ended, and the page goes on', async () => {
    const {page} = await open(
      `sql?q=${encodeURIComponent('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n')}`,
    );
    await page.getByRole('button', {name: 'Run'}).click();
    await page.getByText(/^Running, 1/).waitFor();
    await page.getByRole('button', {name: 'Cancel'}).click();
    await page.getByText(/^Stopped after/).waitFor();
    await page.getByLabel('Queries of the screens').selectOption('facts');
    await page.getByRole('button', {name: 'Run'}).click();
    await rowsOf(page, 'Rows').first().waitFor();
  });

  test('a screen whose file did not come is there after another try', async () => {
    const {page} = await open('overview');
    await page.route(/\/memory-map-\w+\.js$/, (route) => route.abort(), {times: 1});
    await page.getByRole('link', {name: 'Memory map', exact: true}).first().click();
    await page.getByRole('button', {name: 'Try again'}).click();
    await heading(page, 'Memory map');
    await rowsOf(page, 'Memory by use').first().waitFor();
  });

  test('a second tab gets the token from the first, a stranger is asked for it', async () => {
    const {page} = await open('overview');
    const plain = new URL('/#/types', viewer.url);
    const second = await openTabIn(page.context(), plain);
    await heading(second.page, 'Types');
    const stranger = await openTab(browser!, plain);
    await heading(stranger.page, 'This viewer wants its token');
    expect(await accessibilityProblems(stranger.page)).toEqual([]);
    await stranger.page.getByLabel('Address or token').fill(String(viewer.url));
    await stranger.page.keyboard.press('Enter');
    await heading(stranger.page, 'Types');
  });

  test('names that want to be markup, or to hide, are text', async () => {
    const markup = 'main.<img/src=x/onerror=alert(1)>';
    const {path} = await exportText(`
      type ${markup} 16 Next@0:*${markup} Val@8:int
      type main.\u202eevil\u0007 16 Next@0:*${markup} Val@8:int
      global <script>alert(2)</script> : *${markup} -> a
      a : ${markup} -> b
      b : main.\u202eevil\u0007
      meta go_version=go1.26.8 goarch=amd64
    `);
    const copy = join(folder, '<b>hostile</b>.db'.replace('/', '∕'));
    cpSync(path, copy);
    const hostile = await startViewer([copy]);
    const {page, complaints} = await openTab(browser!, hostile.url);
    await heading(page, 'Overview');
    await rowsOf(page, 'Whose bytes').first().waitFor();
    expect(await page.locator('table[aria-label="Biggest holders"]').textContent()).toContain('<script>alert(2)</script>');
    await page.locator('.rail').getByRole('link', {name: 'Types', exact: true}).click();
    await rowsOf(page, 'Types of objects').first().waitFor();
    const types = await tableOf(page, 'Types of objects').textContent();
    expect(types).toContain(markup);
    expect(types).toContain('main.\\u{202e}evil\\u{7}');
    expect(await page.locator('img, b, #app script').count()).toBe(0);
    await rowsOf(page, 'Types of objects').getByRole('link', {name: markup, exact: true}).click();
    await page.getByRole('tab', {name: 'Objects'}).click();
    await rowsOf(page, 'Objects, most retained first').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('a server that went away is said, and what is on the page stays', async () => {
    const doomed = await startViewer([database]);
    const {page} = await openTab(browser!, doomed.url);
    await rowsOf(page, 'Whose bytes').first().waitFor();
    doomed.child.kill('SIGKILL');
    await page.getByRole('link', {name: 'Types', exact: true}).click();
    await page
      .getByText(/goheap does not answer/)
      .first()
      .waitFor();
  });
});

const open = (hash: string) => openScreen(browser!, viewer, hash);

async function sqlRows(from: ViewerProcess, sql: string): Promise<Record<string, unknown>[]> {
  const {columns, rows} = JSON.parse((await from.sql(sql)).text) as {columns: string[]; rows: unknown[][]};
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
}
