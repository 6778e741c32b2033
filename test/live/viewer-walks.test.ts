/**
 * The questions that people come with, asked of the viewer's page: each walk starts at the Overview and is gone by mouse and once more by keyboard
 * only. What it must find is what the program printed, or what SQL and brute force say about the same database; never what the page said.
 * Needs a Chromium; the map that grew also Go and gdb.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type Database from 'better-sqlite3';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {bytesIn, heading, launchBrowser, openScreen, rowsOf} from '../kit/browser.js';
import {unpackFixture} from '../kit/fixtures.js';
import {garbageWithout} from '../kit/garbage-without.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';
import {type Hand, keyboard, mouse} from '../kit/viewer-hands.js';
import {startViewer, type ViewerProcess} from '../kit/viewer-process.js';
import {parseStacks} from '../oracle/stack-text.js';
import {readTruth, type Truth} from '../oracle/truth.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('No walks through the viewer: no chromium on the path.');
const obstacle = findObstacle();
const folder = mkdtempSync(join(tmpdir(), 'goheap-walks-'));

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

interface Core {
  readonly name: string;
  readonly core: string;
  readonly executable: string;
  readonly truth: string;
}

/** A program's database with its viewer, and what the program said about itself; both hands walk through the same one. */
class Subject {
  static readonly #subjects = new Map<string, Promise<Subject>>();
  readonly truth: Truth;
  readonly database: Database.Database;
  readonly viewer: ViewerProcess;

  private constructor(path: string, truth: string, viewer: ViewerProcess) {
    this.database = openDatabase(path);
    this.truth = readTruth(truth);
    this.viewer = viewer;
  }

  static of(core: Core): Promise<Subject> {
    const make = async () => {
      const path = await convertCore(core, join(folder, `${core.name}.db`), ['--contents', 'full']);
      return new Subject(path, core.truth, await startViewer([path]));
    };
    const subject = Subject.#subjects.get(core.name) ?? make();
    Subject.#subjects.set(core.name, subject);
    return subject;
  }

  value<T>(sql: string, ...params: readonly (string | number)[]): T {
    return this.database
      .prepare(sql)
      .pluck()
      .get(...params) as T;
  }
}

const ways = [
  ['mouse', mouse],
  ['keyboard', keyboard],
] as const;

describe.skipIf(browser === undefined).each(ways)('zoo, by %s', (_, handOf) => {
  let zoo: Subject;
  let page: Page;
  let hand: Hand;
  beforeAll(async () => {
    zoo = await Subject.of(unpackFixture('zoo-1.26.8'));
  });
  beforeEach(async () => {
    ({page} = await openScreen(browser!, zoo.viewer));
    hand = handOf(page);
    return () => page.context().close();
  });

  test('what is the heap made of?', async () => {
    await hand.goTo('Types', 't');
    await heading(page, 'Types');
    const row = rowsOf(page, 'Types of objects').filter({hasText: 'main.TreeNode'}).first();
    const {count, bytes} = zoo.truth.built['main.TreeNode']!;
    expect(zoo.truth.built['main.TreeNode']!.note).toBe('GTree; 20 more as GMapPP values');
    expect(await row.locator('td').nth(1).textContent()).toBe(String(count + 20));
    expect(await bytesIn(row.locator('td').nth(2))).toBe(bytes + 20 * (bytes / count));
  });

  test('which variables account for the most memory?', async () => {
    const biggest = zoo.database.prepare(`SELECT name, retained FROM roots WHERE kind = 'global' ORDER BY retained DESC LIMIT 5`).all() as {
      name: string;
      retained: number;
    }[];
    const rows = rowsOf(page, 'Biggest holders');
    await rows.first().waitFor();
    for (const {name, retained} of biggest) {
      const row = rows.filter({has: page.getByRole('link', {name, exact: true})});
      expect(await bytesIn(row.locator('td').nth(2))).toBe(retained);
    }
    await hand.openRow('Biggest holders', biggest[1]!.name);
    await heading(page, biggest[1]!.name);
  });

  test('what path leads from a root to an object?', async () => {
    const deepest = `SELECT o.id FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'main.TreeNode' ORDER BY o.depth DESC, o.id LIMIT 1`;
    const id = zoo.value<number>(deepest);
    const address = `0x${zoo.value<number>('SELECT address FROM objects WHERE id = ?', id).toString(16)}`;
    const names = zoo.database.prepare('SELECT name FROM path WHERE of = ? ORDER BY step DESC').pluck().all(id) as string[];
    expect(names.length).toBe(10); // a tree of 511 nodes has 9 levels
    expect([names[0], names[1]]).toEqual(['main.GTree', `0x${zoo.truth.addresses['GTree.root']!.toString(16)}`]);
    await hand.search(address);
    await heading(page, `main.TreeNode at ${address}`);
    await page.locator('.path li').nth(9).waitFor();
    expect(await page.locator('.path .step a').allInnerTexts()).toEqual(names);
  });

  test('what becomes garbage with a variable, and with one pointer?', async () => {
    const root = zoo.value<number>(`SELECT id FROM roots WHERE name = 'main.GMapLarge'`);
    await hand.openRow('Biggest holders', /^main\.GMapLarge(?!S)/);
    await heading(page, 'main.GMapLarge');
    const retained = page.locator('.facts div').filter({has: page.locator('dt', {hasText: 'Retained'})});
    expect(await bytesIn(retained)).toBe(garbageWithout(zoo.database, (source) => source === root));
    await hand.search(`0x${zoo.truth.addresses['GTree.root']!.toString(16)}`);
    await heading(page, `main.TreeNode at 0x${zoo.truth.addresses['GTree.root']!.toString(16)}`);
    await hand.chooseTab('Outbound');
    const rows = rowsOf(page, 'It points to');
    await rows.nth(1).waitFor();
    const tree = zoo.value<number>('SELECT id FROM objects WHERE address = ?', zoo.truth.addresses['GTree.root']!);
    const edges = zoo.database.prepare('SELECT offset FROM edges WHERE source_id = ? ORDER BY offset').pluck().all(tree) as number[];
    expect(edges.length).toBeGreaterThan(1);
    for (const [at, offset] of edges.entries()) {
      const garbage = garbageWithout(zoo.database, (source, from) => source === tree && from === offset);
      expect(await bytesIn(rows.nth(at).locator('td').nth(2))).toBe(garbage);
    }
  });

  test('what points to an object, and where does it point?', async () => {
    const address = zoo.truth.addresses.GPtr!;
    const id = zoo.value<number>('SELECT id FROM objects WHERE ? BETWEEN address AND address + size - 1', address);
    await hand.search(`0x${address.toString(16)}`);
    await page.getByRole('tab', {name: 'Inbound'}).waitFor();
    for (const [tab, table, edges] of [
      ['Inbound', 'Points to it', 'SELECT source_id FROM edges WHERE target_id = ? ORDER BY source_id, offset'],
      ['Outbound', 'It points to', 'SELECT target_id FROM edges WHERE source_id = ? ORDER BY offset'],
    ] as const) {
      await hand.chooseTab(tab);
      await rowsOf(page, table).first().waitFor();
      const ends = zoo.database.prepare(edges).pluck().all(id) as number[];
      const links = await rowsOf(page, table).locator('td:first-child a').allInnerTexts();
      const name = zoo.database.prepare(
        `SELECT coalesce((SELECT name FROM roots WHERE id = :id), (SELECT printf('0x%x', address) FROM objects WHERE id = :id))`,
      );
      expect(links).toEqual(ends.map((end) => name.pluck().get({id: end})));
    }
    expect(await rowsOf(page, 'It points to').count()).toBeGreaterThan(3);
  });

  test('what does a variable cost, with padding, alignment and span?', async () => {
    const address = zoo.truth.addresses.GPtr!;
    await hand.search(`0x${address.toString(16)}`);
    await page.getByRole('tab', {name: 'Sizes'}).waitFor();
    await hand.chooseTab('Sizes');
    const shown = async (name: string) => bytesIn(page.locator('.footprint tr').filter({hasText: name}));
    const sizes = zoo.database
      .prepare('SELECT f.* FROM footprint f JOIN objects o ON o.id = f.id WHERE ? BETWEEN o.address AND o.address + o.size - 1')
      .get(address) as Record<string, number>;
    expect(sizes.padding).toBeGreaterThan(0);
    expect(await shown('between fields')).toBe(sizes.padding);
    expect(await shown('fields and elements')).toBe(sizes.used! - sizes.padding!);
    expect(await shown('what the allocator gave')).toBe(sizes.slot_size);
    expect(await shown('share of the tail')).toBeCloseTo(sizes.tail_share!, 2);
    const paddings = page.locator('table[aria-label="Value"] tr.padding td:nth-child(2)');
    await paddings.first().waitFor(); // the value comes after the sizes
    const padding = await paddings.allInnerTexts();
    expect(padding.reduce((sum, text) => sum + Number.parseInt(text, 10), 0)).toBe(sizes.padding);
  });
});

describe.skipIf(browser === undefined).each(ways)('goroutines that nobody ends, by %s', (_, handOf) => {
  test('from the group to what they hold, and to what they wait for', async () => {
    const stacks = await Subject.of(unpackFixture('stacks-1.26.8'));
    const leaked = parseStacks(stacks.truth.facts.stacks!).filter(({frames}) => frames.some((frame) => frame.startsWith('main.inlining')));
    expect(leaked.length).toBe(3);
    const {page} = await openScreen(browser!, stacks.viewer);
    const hand = handOf(page);
    const group = rowsOf(page, 'Goroutines, grouped by stack').filter({hasText: 'main.receive'});
    await group.waitFor();
    const cells = await group.locator('td').allTextContents(); // where room is short their order is another
    expect(cells).toContain('3');
    expect(cells).toContain('chan receive');
    await hand.openRow('Goroutines, grouped by stack', 'main.receive');
    await heading(page, 'Goroutines');
    await hand.unfold('Goroutines with equal stacks', 'main.inlining');
    await hand.openRow('Goroutines with equal stacks', 'first *main.Node');
    await heading(page, 'first');
    const held = await rowsOf(page, 'It points to').first().locator('a').textContent();
    const truth = Object.entries(stacks.truth.facts).filter(([fact]) => fact.startsWith('local main.inlining first '));
    expect(truth.map(([, address]) => address)).toContain(held);
    await hand.back();
    await hand.unfold('Goroutines with equal stacks', 'runtime.chanrecv ');
    await hand.openRow('Goroutines with equal stacks', 'c *runtime.hchan');
    await heading(page, 'c');
    await hand.openRow('It points to', '0x');
    const waiting = rowsOf(page, 'Points to it').locator('td:first-child');
    for (const {id} of leaked)
      await waiting
        .filter({hasText: `goroutine ${id} *runtime.hchan`})
        .first()
        .waitFor();
  });
});

describe.skipIf(browser === undefined || obstacle !== undefined).each(ways)('a map that grew, by %s', (_, handOf) => {
  test('from the type that is too many to the variable that holds them', async () => {
    const sessions = await Subject.of(makeCore(`sessions-${findInstalledGo()}-kabrt`));
    const {page} = await openScreen(browser!, sessions.viewer);
    const hand = handOf(page);
    const {count} = sessions.truth.built['main.Session']!;
    await hand.openRow('Whose bytes', 'main.Session');
    await heading(page, 'Types');
    const row = rowsOf(page, 'Types of objects').filter({hasText: 'main.Session'}).first();
    expect(Number((await row.locator('td').nth(1).textContent())!.replace(/\D/g, ''))).toBe(count);
    await hand.chooseTab('Objects');
    const pane = page.getByRole('complementary', {name: 'Selection'});
    await pane.locator('.path li').nth(1).waitFor();
    expect(await pane.locator('.step a').first().textContent()).toBe('main.store');
    await hand.openRow('Objects, most retained first', '0x');
    await page.locator('.held-by li').nth(1).waitFor();
    expect(await page.locator('.held-by li').first().textContent()).toContain('.byID');
    const address = (await page.locator('h1').textContent())!.split(' at ')[1]!;
    const user = sessions.value<string | null>(
      `SELECT o.preview FROM edges e JOIN objects o ON o.id = e.target_id JOIN objects s ON s.id = e.source_id WHERE s.address = ? AND e.offset = 8`,
      Number(address),
    );
    expect(user ?? 'user-0').toMatch(/^user-\d+$/); // what shares a slot with others has no preview
    expect(await rowsOf(page, 'Value').filter({hasText: 'User'}).textContent()).toMatch(user ?? /user-\d+/);
    await hand.press('Avoid');
    await page.getByText('with them gone it is garbage').waitFor();
    await hand.back();
    await page.locator('.held-by li').nth(1).waitFor();
    await hand.search('main.store');
    await heading(page, 'main.store');
    const length = await rowsOf(page, 'Value').filter({hasText: 'byID'}).textContent();
    expect(Number(/len ([\d\u202f]+)/.exec(length!)![1]!.replace(/\s/g, ''))).toBe(Number(sessions.truth.facts['len store.byID']));
  });
});
