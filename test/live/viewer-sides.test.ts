/**
 * A type from its sides, goroutines with what they wait for, the picture of the holders, and the bytes of an object: what the page shows of zoo is what SQL and
 * `goheap goroutines` say of it. Needs a Chromium.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type Database from 'better-sqlite3';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {GoroutineWait} from '../../src/database/goroutine-waits.js';
import {accessibilityProblems, bytesIn, heading, launchBrowser, openScreen, rowsOf} from '../kit/browser.js';
import {unpackFixture} from '../kit/fixtures.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore, goheapJson} from '../kit/goheap-here.js';
import {startViewer, until, type ViewerProcess} from '../kit/viewer-process.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('The sides of types and goroutines are not looked at: no chromium on the path.');
const folder = mkdtempSync(join(tmpdir(), 'goheap-sides-'));

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

const digits = (text: string | null) => Number(text!.replace(/\D/g, ''));

describe.skipIf(browser === undefined)('zoo', () => {
  let viewer: ViewerProcess;
  let database: Database.Database;
  const path = join(folder, 'zoo.db');
  beforeAll(async () => {
    await convertCore(unpackFixture('zoo-1.26.8'), path, ['--contents', 'full']);
    database = openDatabase(path);
    viewer = await startViewer([path]);
  });
  afterAll(() => database.close());

  async function open(hash: string): Promise<Page> {
    const {page, complaints} = await openScreen(browser!, viewer, hash);
    page.on('close', () => expect(complaints).toEqual([]));
    return page;
  }
  const all = <T>(sql: string) => database.prepare(sql).all() as T[];

  test('a type: what holds its objects, whose they are, and one by one', async () => {
    const page = await open('types?type=main.TreeNode');
    const live = all<{size: number; address: number; owner_id: number}>(
      `SELECT o.size, o.address, o.owner_id FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'main.TreeNode' AND o.reachable = 1`,
    );
    const roots = page.locator('.chosen .holder-tree li:not([style*="px"]), .chosen .holder-tree li[style*=": 0"]'); // not indented
    await roots.first().waitFor();
    const held = await roots.locator('.pointer > span:first-child').allTextContents();
    expect(held.map(digits).reduce((sum, objects) => sum + objects, 0)).toBe(live.length);
    await page.getByRole('tab', {name: 'Owners'}).click();
    const owners = rowsOf(page, 'Whose they are');
    await owners.first().waitFor();
    expect(await owners.count()).toBe(new Set(live.map(({owner_id}) => owner_id)).size);
    const links = await owners.locator('td:first-child a').evaluateAll((each: {hash: string}[]) => each.map(({hash}) => hash));
    expect(links.length).toBe(await owners.count());
    await page.getByRole('tab', {name: 'Objects'}).click();
    await rowsOf(page, 'Objects, most retained first').first().waitFor();
    await page.getByRole('button', {name: 'Object', exact: true}).click();
    const highest = Math.max(
      ...all<{address: number}>(`SELECT address FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'main.TreeNode'`).map(
        ({address}) => address,
      ),
    );
    await rowsOf(page, 'Objects')
      .first()
      .filter({hasText: `0x${highest.toString(16)}`})
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  test('objects of a type by a part of their value', async () => {
    const [{type, part}] = all<{type: string; part: string}>(
      `SELECT t.name AS type, substr(o.preview, 1, 4) AS part FROM objects o JOIN types t ON t.id = o.type_id WHERE length(o.preview) > 8 ORDER BY o.id LIMIT 1`,
    ) as [{type: string; part: string}];
    const fitting = all<{preview: string}>(
      `SELECT coalesce(o.preview, '') AS preview FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = '${type}'`,
    ).filter(({preview}) => preview.toLowerCase().includes(part.toLowerCase()));
    const page = await open(`types?type=${type}&tab=objects`);
    await page.getByPlaceholder('Part of the value').fill(part);
    await page.getByPlaceholder('Part of the value').press('Enter');
    await rowsOf(page, 'Objects').first().waitFor();
    await until(
      async () => digits((await page.locator('.chosen .said').last().textContent())!.split(',')[0]!.split('of').at(-1)!) === fitting.length,
    );
    await page.context().close();
  });

  test('goroutines: what they cost in all, what they wait for, and the stack on their own page', async () => {
    const groups = await goheapJson<
      {
        id: number;
        root_id: number | null;
        goroutines: number;
        stack_bytes: number;
        retained: number;
        waits_for: GoroutineWait[];
        system: number;
        frames: {function: string}[];
      }[]
    >(['goroutines', path, '--group', '--top', '1000']);
    const waiting = groups.filter(({waits_for, system}) => system === 0 && waits_for.some(({name}) => name !== null));
    expect(waiting.length).toBeGreaterThan(0);
    const page = await open('goroutines');
    const table = rowsOf(page, 'Goroutines with equal stacks');
    await table.first().waitFor();
    const first = groups.find(({system}) => system === 0)!;
    expect(await bytesIn(table.first().locator('td[data-label="Whole cost"]'))).toBe(first.stack_bytes + first.retained);
    const {waits_for, frames, root_id, id} = waiting.find(({goroutines}) => goroutines === 1)!;
    const named = waits_for.find(({name}) => name !== null)!;
    await page.evaluate(`location.hash = '#/object?o=goroutine ${id}'`);
    await rowsOf(page, 'Stack').first().waitFor();
    expect(root_id).not.toBeNull();
    const shown = await rowsOf(page, 'Stack').and(page.locator('[aria-level="1"]')).allTextContents();
    expect(shown.length).toBeGreaterThan(2); // as many as the window has room for
    for (const [at, text] of shown.entries()) expect(text).toContain(frames[at]!.function.split('/').at(-1)!.split('.').at(-1)!);
    await page
      .getByText(/^(sends to|receives from|waits for)/)
      .first()
      .waitFor();
    expect(await page.locator('section[aria-labelledby="value"] p').first().textContent()).toContain(named.name!);
    await page.context().close();
  });

  test('the picture of the holders takes 60 % of the height, draws folded groups, finds, and goes in and out', async () => {
    const page = await open('holders');
    await page.locator('.icicle canvas').waitFor();
    const area = (await page.locator('.beside').boundingBox())!;
    const picture = (await page.locator('.picture').boundingBox())!;
    expect(picture.width).toBe(area.width);
    expect(picture.height / area.height).toBeGreaterThan(0.55);
    await page.locator('.icicle-legend button').first().waitFor();
    await page.getByLabel('Find in the picture').fill('main.gtree');
    await page.locator('.picture .said').getByText(/block/).waitFor();
    const retained = database.prepare("SELECT retained FROM roots WHERE name = 'main.GTree'").pluck().get() as number;
    expect(retained).toBeGreaterThan(0);
    await page.evaluate("location.hash = '#/holders?o=main.GTree&in=main.GTree'");
    await page.locator('.way strong', {hasText: 'GTree'}).waitFor();
    await page.getByRole('button', {name: 'Whole heap'}).click();
    await page.locator('.way strong', {hasText: 'The whole live heap'}).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  test('the bytes of an object can be saved', async () => {
    const [{address, size}] = all<{address: number; size: number}>(
      'SELECT address, size FROM objects WHERE reachable = 1 ORDER BY size DESC LIMIT 1',
    ) as [{address: number; size: number}];
    const [start, bytes] = database
      .prepare('SELECT address, bytes FROM contents WHERE address <= ? ORDER BY address DESC LIMIT 1')
      .raw()
      .get(address) as [number, Buffer];
    const page = await open(`object?o=0x${address.toString(16)}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Save', exact: true}).click()]);
    const saved = join(folder, 'saved');
    await download.saveAs(saved);
    expect(readFileSync(saved).equals(bytes.subarray(address - start, address - start + size))).toBe(true);
    await heading(page, (await page.locator('h1').textContent())!);
    await page.context().close();
  });
});
