/**
 * Faults that people who tried the viewer's page stumbled over, each as a test in a real browser: what was cut, moved, ranked wrongly, looked alike
 * or said nothing. What must be seen is what the program printed, what the graph was made of, or what SQL says. Needs a Chromium.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Looks, launchBrowser, openScreen, rowsOf, tableOf} from '../kit/browser.js';
import {exportText} from '../kit/exported.js';
import {unpackFixture} from '../kit/fixtures.js';
import {convertCore} from '../kit/goheap-here.js';
import {startViewer, type ViewerProcess} from '../kit/viewer-process.js';
import {readTruth} from '../oracle/truth.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('The faults of the page are not looked for: no chromium on the path.');
const folder = mkdtempSync(join(tmpdir(), 'goheap-faults-'));
const fixture = unpackFixture('zoo-1.26.8');
const truth = readTruth(fixture.truth);
const path = join(folder, 'zoo.db');

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

describe.skipIf(browser === undefined)('zoo', () => {
  let viewer: ViewerProcess;
  let database: Database.Database;
  beforeAll(async () => {
    database = new Database(await convertCore(fixture, path, ['--contents', 'full']));
    database.exec('UPDATE goroutines SET wait_seconds = NULL, wait_at_most = NULL'); // as before the first collection
    viewer = await startViewer([path]);
  });

  async function open(hash: string, looks?: Looks): Promise<Page> {
    const {page, complaints} = await openScreen(browser!, viewer, hash, looks);
    page.on('close', () => expect(complaints).toEqual([]));
    return page;
  }
  const value = <T>(sql: string) => database.prepare(sql).pluck().get() as T;

  test.each([
    {width: 1280, height: 800},
    {width: 1024, height: 768},
    {width: 360, height: 740},
  ])('at $width pixels what is retained is seen, and every name can be read', async (looks) => {
    const page = await open('overview', looks);
    for (const [hash, table] of [
      ['types', 'Types of objects'],
      ['types?type=main.TreeNode&tab=objects', 'Objects, most retained first'],
      ['goroutines', 'Goroutines with equal stacks'],
      ['holders', 'Dominator tree'],
    ] as const) {
      await page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
      await rowsOf(page, table).nth(2).waitFor();
      const head = tableOf(page, table).getByRole('columnheader', {name: /^Retained/});
      expect(await head.evaluate(isSeen), `${hash}: heading`).toBe(true);
      const bytes = rowsOf(page, table).nth(1).locator('td[data-label="Retained"] .bytes');
      expect(await bytes.evaluate(isSeen), `${hash}: bytes`).toBe(true);
      for (let at = 0; at < 3; at++) {
        const row = rowsOf(page, table).nth(at);
        await row.click({position: {x: 4, y: 4}});
        await row.and(page.locator('[aria-selected="true"]')).waitFor();
        const cut = await row.locator('td:first-child, .branch-text').evaluateAll(cutTexts);
        expect(cut, `${hash}, row ${at}`).toEqual([]);
      }
    }
    await page.context().close();
  });

  test.each([1440, 1280, 1024])('at %i pixels a selection moves nothing', async (width) => {
    const page = await open('holders', {width, height: 900});
    await page.locator('.icicle canvas').waitFor();
    const rows = rowsOf(page, 'Dominator tree');
    await rows.nth(3).waitFor();
    await page.evaluate(
      `window.shifts = []; new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({type: 'layout-shift'})`,
    );
    const places = async () => [await page.locator('.icicle canvas').boundingBox(), await tableOf(page, 'Dominator tree').boundingBox()];
    const before = await places();
    for (const at of [1, 2, 1]) {
      await rows.nth(at).click({position: {x: 4, y: 4}});
      await page.locator('.pane .path li').first().waitFor();
      expect(await places()).toEqual(before);
    }
    expect(await page.evaluate('shifts.map(({value}) => value)')).toEqual([]);
    await page.context().close();
  });

  test('a slice says its length and capacity first, and its bytes are lines', async () => {
    const page = await open('object?o=main.GBytes');
    const rows = rowsOf(page, 'Value');
    await rows.nth(1).waitFor();
    expect(await rows.first().locator('td').nth(1).textContent()).toMatch(/^len 100 cap 300 /); // make([]byte, 100, 300)
    expect(await rows.count()).toBe(1 + Math.ceil(100 / 16));
    await page.context().close();
  });

  test('a megabyte is no million rows, and what is in it can be read', async () => {
    const page = await open('object?o=main.GHugeBytes');
    const rows = rowsOf(page, 'Value');
    await rows.nth(1).waitFor();
    expect(await rows.first().textContent()).toContain('len 1\u202f048\u202f576 cap 1\u202f048\u202f576');
    await expect.poll(async () => Number(await tableOf(page, 'Value').getAttribute('aria-rowcount'))).toBe(1 + 1 + 256 + 1);
    await tableOf(page, 'Value').press('End');
    await page.getByText('1020.0 KiB more').click();
    await page.getByText('1016.0 KiB more').waitFor({state: 'attached'});
    await page.context().close();
    const text = readFileSync(fixture.truth, 'utf8'); // which the program wrote from this variable
    const other = await open('object?o=main.truthBuf');
    const lines = rowsOf(other, 'Value');
    await lines.nth(2).waitFor();
    const hex = Buffer.from(text.slice(16, 32)).toString('hex').match(/.{8}/g)!.join(' ');
    expect(await lines.nth(2).locator('code').textContent()).toBe(`000010 ${hex}  ${text.slice(16, 32).replace(/[^ -~]/g, '·')}`);
    await other.context().close();
  });

  test("a map's own memory shows its entries, and no field of the runtime's", async () => {
    const memory = (name: string) =>
      value<number>(`SELECT e.target_id FROM edges e JOIN roots r ON r.id = e.source_id WHERE r.name = 'main.${name}'`);
    const page = await open(`object?o=${memory('GMapSI')}`);
    const rows = rowsOf(page, 'Value');
    await rows.nth(5).waitFor();
    expect(await rows.first().textContent()).toContain(`len ${truth.facts['len GMapSI']}`);
    const entries = (await rows.allTextContents()).slice(1).map((row) => /small-(\d+) int(\d+)/.exec(row)?.slice(1));
    expect(entries.toSorted()).toEqual(['0', '1', '2', '3', '4'].map((each) => [each, each])); // GMapSI["small-i"] = i
    expect(await tableOf(page, 'Value').textContent()).not.toMatch(/dirPtr|seed|globalShift/);
    await page.context().close();
    const empty = await open(`object?o=${memory('GMapEmpty')}`);
    await rowsOf(empty, 'Value').first().waitFor();
    expect(await rowsOf(empty, 'Value').first().textContent()).toContain('len 0');
    await empty.context().close();
  });

  test('a long list says how many rows it has in all', async () => {
    const page = await open('types?type=main.Scalar24&tab=objects');
    const said = page.locator('.chosen .data-table .said');
    const count = value<number>(`SELECT count(*) FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'main.Scalar24'`);
    await said.getByText(/^\d/).waitFor();
    expect(digits(await said.textContent())).toMatch(new RegExp(`^200 rows of ${count}, `));
    await page.context().close();
    const hub = value<number>('SELECT source_id FROM edges GROUP BY source_id ORDER BY count(*) DESC LIMIT 1');
    const pointers = value<number>(`SELECT count(*) FROM edges WHERE source_id = ${hub}`);
    expect(pointers).toBeGreaterThan(200);
    const held = await open(`object?o=${hub}&tab=out`);
    await rowsOf(held, 'It points to').first().waitFor();
    const words = held.locator('.data-table', {hasText: 'It points to'}).locator('.said');
    await expect.poll(async () => digits(await words.textContent())).toMatch(new RegExp(`^200 rows of ${pointers}, `));
    await held.context().close();
  });

  test('a wait that nobody noted is called so, and what does not wait says nothing', async () => {
    const waits = value<number>(`SELECT count(DISTINCT group_id) FROM goroutines WHERE system = 0 AND status IN ('waiting', 'syscall')`);
    for (const [hash, table] of [
      ['overview', 'Goroutines, grouped by stack'],
      ['goroutines', 'Goroutines with equal stacks'],
    ] as const) {
      const page = await open(hash, {height: 1600});
      await rowsOf(page, table).nth(2).waitFor();
      const cells = await tableOf(page, table).locator(`td:is([data-label="Longest wait"], [data-label="Waits"])`).allTextContents();
      expect(cells.length).toBeGreaterThan(5);
      expect(new Set(cells)).toEqual(new Set(cells.length > waits ? ['not noted', ''] : ['not noted']));
      await page.context().close();
    }
  });
});

/** Packages of which two end alike, a variable that holds nearly all, and many with the same word in their names that hold nothing. */
const CACHES = `
  type coredns.example/server/plugin/cache.Cache 16 Entries@0:*uint8 Size@8:int
  type coredns.example/server/pkg/cache.Cache 16 Entries@0:*uint8 Size@8:int
  type coredns.example/server/core/dnsserver.Server 16 Big@0:*coredns.example/server/plugin/cache.Cache Small@8:*coredns.example/server/pkg/cache.Cache
  global coredns.example/server.srv : *coredns.example/server/core/dnsserver.Server -> server
  server : coredns.example/server/core/dnsserver.Server -> 0=big 8=small
  big : coredns.example/server/plugin/cache.Cache -> 0=bytes
  small : coredns.example/server/pkg/cache.Cache -> 0=few
  bytes : uint8 x4194304 size=4194304 noscan
  few : uint8 x64 size=64 noscan
  ${Array.from({length: 12}, (_, at) => `global reflect.lookupCache${at} : *int -> n${at}\n  n${at} : int noscan`).join('\n  ')}
  meta go_version=go1.26.8 goarch=amd64
`;

describe.skipIf(browser === undefined)('names', () => {
  test('search lists first what holds most', async () => {
    const {page, complaints} = await openScreen(browser!, await startViewer([(await exportText(CACHES)).path]));
    await page.keyboard.press('/');
    await page.keyboard.type('cache');
    const hits = page.locator('.hits a');
    await hits.nth(8).waitFor();
    expect(await hits.first().textContent()).toContain('…/plugin/cache.Cache');
    expect(digits(await hits.first().textContent())).toContain('keep 4.0 MiB');
    expect(await hits.nth(1).textContent()).toContain('…/pkg/cache.Cache');
    await page.keyboard.press('Enter');
    await page.locator('.chosen h2', {hasText: 'coredns.example/server/plugin/cache.Cache'}).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('packages that end alike are told apart, and others are as short as before', async () => {
    const viewer = await startViewer([(await exportText(CACHES)).path]);
    const {page} = await openScreen(browser!, viewer, 'types');
    const names = () => rowsOf(page, 'Types of objects').locator('td:first-child').allTextContents();
    await rowsOf(page, 'Types of objects').first().waitFor();
    await expect.poll(names).toContain('…/plugin/cache.Cache');
    expect(await names()).toEqual(expect.arrayContaining(['…/pkg/cache.Cache', '…/dnsserver.Server']));
    await page.context().close();
  });
});

/** As much of the page's elements as is asked for. */
interface PageElement {
  readonly textContent: string | null;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly ownerDocument: {createRange(): {selectNodeContents(element: PageElement): void; getBoundingClientRect(): Sides}};
  getBoundingClientRect(): Sides;
  closest(selector: string): PageElement | null;
  querySelector(selector: string): PageElement | null;
}
interface Sides {
  readonly left: number;
  readonly right: number;
}

/** Whether all of its text is inside the part of the table that is on screen. */
function isSeen(element: PageElement): boolean {
  const scroller = element.closest('.scroller')!.getBoundingClientRect();
  const range = element.ownerDocument.createRange();
  range.selectNodeContents(element);
  const {left, right} = range.getBoundingClientRect();
  return left >= scroller.left && right <= scroller.right + 0.5;
}

/** Of what is cut, what cannot be read elsewhere: a row of one line has titles, one of two lines is unfolded when it is selected. */
function cutTexts(elements: readonly PageElement[]): (string | null)[] {
  return elements
    .filter((each) => each.scrollWidth > each.clientWidth + 1)
    .filter((each) => each.closest('.stacked') !== null || each.querySelector('[title]') === null)
    .map((each) => each.textContent);
}

/** Without the narrow spaces between groups of digits, and with plain ones before units. */
const digits = (text: string | null) => (text ?? '').replaceAll('\u202f', '').replaceAll('\u00a0', ' ');
