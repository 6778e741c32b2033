/**
 * The pane beside every screen, in a real browser: it follows the selection and moves nothing, it is as wide as one makes it, and it says what holds
 * a type or an object and what would become garbage without what is ticked. Oracles are brute force over the same database, SQL, and what the
 * commands print. Needs a Chromium.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type Database from 'better-sqlite3';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {accessibilityProblems, bytesIn, heading, type Looks, launchBrowser, openScreen, rowsOf} from '../kit/browser.js';
import {unpackFixture} from '../kit/fixtures.js';
import {garbageWithout} from '../kit/garbage-without.js';
import {openDatabase, runGoheap} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {isRunning, startViewer, until, type ViewerProcess} from '../kit/viewer-process.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('The pane of the viewer is not looked at: no chromium on the path.');
/** For what is not waited for by the browser. */
const PATIENCE = {timeout: 60_000};
const folder = mkdtempSync(join(tmpdir(), 'goheap-pane-'));
const path = join(folder, 'suspects.db');

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

describe.skipIf(browser === undefined)('the pane', () => {
  let viewer: ViewerProcess;
  let database: Database.Database;
  beforeAll(async () => {
    database = openDatabase(await convertCore(unpackFixture('suspects-1.26.8'), path, ['--contents', 'full']));
    viewer = await startViewer([path]);
  });

  const value = <T>(sql: string, ...params: readonly (string | number)[]) =>
    database
      .prepare(sql)
      .pluck()
      .get(...params) as T;
  const command = <T>(...args: readonly string[]) => JSON.parse(runGoheap([...args, '--json']).stdout) as T;
  const open = async (hash: string, looks?: Looks) => {
    const {page, complaints} = await openScreen(browser!, viewer, hash, looks);
    page.on('close', () => expect(complaints).toEqual([]));
    return page;
  };
  const go = (page: Page, hash: string) => page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
  const select = async (page: Page, table: string, text: string) => {
    const row = rowsOf(page, table).filter({hasText: text}).first();
    await row.click({position: {x: 3, y: 4}});
    await row.and(page.locator('[aria-selected="true"]')).waitFor();
  };
  test('of a type it shows the tree that goheap held-by prints', async () => {
    const page = await open('types');
    await select(page, 'Types of objects', 'main.session');
    await page.keyboard.press('3');
    await page.locator('.holder-tree li').first().waitFor();
    interface Row {
      readonly name: string | null;
      readonly bytes: number;
    }
    const {rows} = command<{rows: Row[]}>('held-by', path, '--type', 'main.session', '--depth', '12', '--top', '8');
    expect(rows.length).toBeGreaterThan(3);
    const shown = page.locator('.holder-tree .step');
    expect(await shown.locator('> .name, > .muted').allInnerTexts()).toEqual(rows.map(({name}) => name ?? 'others'));
    expect(await Promise.all((await shown.all()).map(bytesIn))).toEqual(rows.map(({bytes}) => bytes));
    const before = await page.locator('.holder-tree li').count();
    await page.locator('.holder-tree li').nth(1).getByRole('button', {name: 'Avoid'}).click();
    await page.getByText(/^Not through/).waitFor();
    await page.getByText(/Nothing else holds/).waitFor();
    expect(await page.locator('.holder-tree li').count()).toBeLessThan(before);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  test('of an object all pointers to it are in one of the groups, and ticking all is the end of it', async () => {
    const most = value<number>(
      'SELECT e.target_id FROM edges e JOIN objects o ON o.id = e.target_id WHERE e.followed = 1 AND o.reachable = 1 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1',
    );
    const pointers = value<number>(
      'SELECT count(*) FROM edges e LEFT JOIN objects o ON o.id = e.source_id WHERE e.target_id = ? AND e.followed = 1 AND coalesce(o.reachable, 1)',
      most,
    );
    expect(pointers).toBeGreaterThan(1000);
    const page = await open(`object?o=${most}`);
    await page.locator('.facts').waitFor();
    await page.keyboard.press('3');
    const groups = page.locator('.pointer-groups li');
    await groups.first().waitFor();
    const counts = (await groups.locator('a').allInnerTexts()).map((text) => Number(text.replace(/\D/g, '')));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(pointers);
    expect(counts.length).toBeLessThan(50);
    for (const box of await groups.getByRole('checkbox').all()) await box.check();
    await page.keyboard.press('4');
    const garbage = page.locator('.garbage');
    await garbage.waitFor();
    expect(await bytesIn(garbage)).toBe(garbageWithout(database, (_, __, target) => target === most));
    await page.context().close();
  });

  test('pointers, objects and types ticked on several screens go together, as brute force and goheap whatif have it', async () => {
    const page = await open('types');
    await select(page, 'Types of objects', 'main.session');
    await page.keyboard.press('w');
    await page.getByRole('tab', {name: 'What if (1)'}).click();
    const garbage = page.locator('.garbage');
    await garbage.waitFor();
    const ids = `SELECT o.id FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'main.session'`;
    const all = new Set(database.prepare(ids).pluck().all() as number[]);
    const isSession = (id: number) => all.has(id);
    const sessions = garbageWithout(database, (source, _, target) => isSession(source) || isSession(target));
    expect(sessions).toBeGreaterThan(value<number>(`SELECT bytes FROM types WHERE name = 'main.session'`));
    expect(await bytesIn(garbage)).toBe(sessions);

    const root = value<number>(`SELECT id FROM roots WHERE name = 'main.static'`);
    const jobs = `SELECT e.offset, printf('0x%x', o.address) FROM edges e JOIN objects o ON o.id = e.target_id JOIN types t ON t.id = o.type_id
      WHERE e.source_id = ? AND t.name LIKE 'hchan<%'`;
    const [offset, address] = database.prepare(jobs).raw().get(root) as [number, string];
    await go(page, 'object?o=main.static&tab=out');
    await rowsOf(page, 'It points to').filter({hasText: address}).getByRole('checkbox').check();
    await page.getByRole('tab', {name: 'What if (2)'}).waitFor();
    const both = garbageWithout(
      database,
      (source, from, target) => isSession(source) || isSession(target) || (source === root && from === offset),
    );
    await expect.poll(() => bytesIn(garbage), PATIENCE).toBe(both);
    expect(both).toBeGreaterThan(sessions);

    await go(page, 'overview');
    await page.getByRole('tab', {name: 'What if (2)'}).waitFor();
    await page.reload();
    await page.getByRole('tab', {name: 'What if (2)'}).click();
    await expect.poll(() => bytesIn(garbage), PATIENCE).toBe(both);
    interface Answer {
      readonly garbage: {readonly bytes: number};
      readonly held: readonly {readonly name: string | null; readonly bytes: number}[];
    }
    const said = command<Answer>('whatif', path, '--drop', 'main.session', '--cut', `${root}+${offset}`, '--top', '12');
    expect(said.garbage.bytes).toBe(both);
    const held = page.locator('.sums', {has: page.getByText('Still held by')}).locator('tr:not(.muted)');
    expect(await Promise.all((await held.all()).map(bytesIn))).toEqual(said.held.map(({bytes}) => bytes));
    await page.getByRole('button', {name: 'Untick all'}).click();
    await page.getByText(/^Tick objects, types and pointers/).waitFor();
    await page.context().close();
  });

  test('an answer that takes long tells how it goes and can be called off', async () => {
    const page = await open('types');
    await select(page, 'Types of objects', 'main.job');
    await page.keyboard.press('w');
    await page.keyboard.press('4');
    await page.locator('.garbage').waitFor();
    const {children} = viewer;
    for (const child of children) process.kill(child, 'SIGSTOP');
    await select(page, 'Types of objects', 'main.session');
    await page.keyboard.press('w');
    await page.getByRole('progressbar', {name: 'Marking what is left'}).waitFor();
    await page.waitForTimeout(500); // it would be there
    await page.getByRole('button', {name: 'Cancel'}).click();
    await page.getByText('Called off.').waitFor();
    await until(() => children.filter(isRunning).length === children.length - 1);
    for (const child of children.filter(isRunning)) process.kill(child, 'SIGCONT');
    await page.getByRole('button', {name: 'Go on'}).click();
    await page.locator('.garbage').waitFor();
    await page.context().close();
  });

  test('of an array that is pinned the bytes that a slice refers to are marked, and no others', async () => {
    const {node, bytes, count} = database
      .prepare(`SELECT node_id AS node, bytes, count FROM suspects WHERE kind = 'pinned'`)
      .get() as Record<'node' | 'bytes' | 'count', number>;
    const page = await open(`object?o=${node}`);
    const said = page.locator('.views');
    await said.waitFor();
    const slot = value<number>('SELECT size FROM objects WHERE id = ?', node);
    const used = slot - bytes / count; // the program's slices are all alike
    expect((await said.textContent())!.replaceAll('\u202f', '')).toContain(`Of ${slot} bytes one slice or string uses ${used}:`);
    const lines = page.locator('.line');
    await lines.first().waitFor();
    const marked = await lines.locator('mark').allTextContents();
    expect(marked.join('').replace(/\s/g, '').length).toBe(used * 3); // two digits and a letter each
    await page.context().close();
  });

  test('words explain themselves with the numbers of the object, by keys too', async () => {
    const page = await open('object?o=main.static');
    const word = page.locator('#main dl').getByRole('button', {name: 'Retained', exact: true});
    await word.focus();
    await page.keyboard.press('Enter');
    const explained = page.locator('.explained:popover-open');
    await explained.getByText(/^What would be freed/).waitFor();
    const [retained, live] = [
      "SELECT retained FROM roots WHERE name = 'main.static'",
      `SELECT value FROM meta WHERE key = 'reachable_bytes'`,
    ].map((sql) => value<number>(sql)) as [number, number];
    const shown = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)}\u00a0MiB`;
    const text = await explained.locator('figcaption').textContent();
    expect(text).toContain(`what only it keeps ${shown(retained)}`);
    expect(text).toContain(`the rest of the live heap ${shown(live - retained)}`);
    await page.keyboard.press('Escape');
    await explained.waitFor({state: 'hidden'});
    await page.keyboard.press('?');
    await page.getByRole('tab', {name: 'Words'}).click();
    expect(await page.locator('.words dt').count()).toBeGreaterThan(10);
    await page.getByRole('tab', {name: 'Start here'}).click();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('link', {name: 'Goroutines'}).click();
    await heading(page, 'Goroutines');
    await page.context().close();
  });

  test('the Overview tells the first findings, and each leads to its place', async () => {
    const page = await open('overview');
    const told = database.prepare('SELECT sentence, bytes FROM suspects ORDER BY rank LIMIT 4').all() as {
      sentence: string;
      bytes: number;
    }[];
    const items = page.locator('.findings li');
    await items.nth(told.length - 1).waitFor();
    expect(await items.count()).toBe(told.length);
    for (const [at, {sentence, bytes}] of told.entries()) {
      expect((await items.nth(at).locator('p').textContent())!.replace(/^problem /, '')).toContain(sentence);
      expect(await bytesIn(items.nth(at))).toBe(bytes);
    }
    await items.first().getByRole('link').click();
    await page.getByRole('heading', {level: 1, name: 'Goroutines'}).waitFor();
    await page.context().close();
  });

  test('it is made wider by mouse and by keys, stays so, and selections move nothing', async () => {
    const page = await open('types', {width: 1440, height: 900});
    const pane = page.getByRole('complementary', {name: 'Selection'});
    const width = async () => Math.round((await pane.boundingBox())!.width);
    const edge = page.getByRole('separator', {name: 'Width of the pane'});
    const first = await width();
    await edge.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await width()).toBe(first + 16);
    const {x, y} = (await edge.boundingBox())!;
    await page.mouse.move(x + 3, y + 300);
    await page.mouse.down();
    await page.mouse.move(x - 97, y + 320, {steps: 3});
    await page.mouse.up();
    await expect.poll(async () => Math.abs((await width()) - first - 116), PATIENCE).toBeLessThan(5);
    const wide = await width();
    expect(await edge.getAttribute('aria-valuenow')).toBe(String(wide));
    await page.reload();
    await rowsOf(page, 'Types of objects').nth(3).waitFor();
    expect(await width()).toBe(wide);
    const places = async () =>
      Promise.all([pane, page.locator('main'), page.locator('.scroller').first()].map((each) => each.boundingBox()));
    const before = await places();
    for (const tab of ['1', '2', '3']) {
      for (const name of ['main.session', 'main.job', 'main.header']) {
        await select(page, 'Types of objects', name);
        await page.keyboard.press(tab);
        await pane.getByRole('link', {name, exact: true}).waitFor();
        expect(await places()).toEqual(before);
      }
    }
    await page.context().close();
  });

  test.each([
    {width: 1024, height: 768},
    {width: 360, height: 740},
  ])('at $width pixels it is a sheet at the bottom', async (looks) => {
    const page = await open('types', looks);
    const pane = page.getByRole('complementary', {name: 'Selection'});
    await select(page, 'Types of objects', 'main.session');
    await pane.getByRole('tab', {name: 'Why alive'}).click();
    await pane.locator('.path li').nth(1).waitFor();
    const box = (await pane.boundingBox())!;
    expect(Math.round(box.y + box.height)).toBe(looks.height);
    expect(box.y).toBeGreaterThan(looks.height / 3);
    expect(box.width).toBeGreaterThan(looks.width * 0.8);
    const edge = page.getByRole('separator', {name: 'Height of the pane'});
    await edge.focus();
    await page.keyboard.press('ArrowUp');
    expect((await pane.boundingBox())!.height).toBeCloseTo(box.height + 16, 0);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });
});
