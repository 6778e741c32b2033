/**
 * The two ways through the viewer's page: with the mouse, and with nothing but the keyboard. A walk is written once and gone both ways; what a hand
 * cannot do, nobody can.
 */
import type {Locator, Page} from 'playwright-core';
import {rowsOf, tableOf} from './browser.js';

export interface Hand {
  readonly page: Page;
  /** A screen by its name in the rail, or by its key behind g. */
  goTo(screen: string, key: string): Promise<void>;
  /** What the search finds first for the text. */
  search(text: string): Promise<void>;
  /** Follows the link of the first row with this text. */
  openRow(table: string, text: string | RegExp): Promise<void>;
  /** Shows what is below the first row of a tree with this text. */
  unfold(table: string, text: string | RegExp): Promise<void>;
  /** Ticks the box in the first row of a tree with this text. */
  tick(table: string, text: string | RegExp): Promise<void>;
  press(name: string): Promise<void>;
  chooseTab(name: string): Promise<void>;
  back(): Promise<void>;
}

/** More rows or stops than any walk has. */
const MOST_STEPS = 150;

/** Until then those of the search before may be shown. */
async function hitsAreThere(page: Page): Promise<void> {
  await page.locator('.hits [role=status]', {hasText: /^\d.* hits?$/}).waitFor({state: 'attached'});
}

export function mouse(page: Page): Hand {
  const row = (table: string, text: string | RegExp) => rowsOf(page, table).filter({hasText: text}).first();
  /** Rows that are not on the screen are not drawn. */
  const scrollTo = async (table: string, text: string | RegExp) => {
    await rowsOf(page, table).first().waitFor();
    for (let turns = 0; (await row(table, text).count()) === 0 && turns < MOST_STEPS; turns++) {
      await page.locator('.scroller', {has: tableOf(page, table)}).hover();
      await page.mouse.wheel(0, 200);
    }
  };
  return {
    page,
    goTo: (screen) => page.getByRole('link', {name: screen, exact: true}).click(),
    search: async (text) => {
      await page.locator('#search').click();
      await page.locator('#search').fill(text); // nobody types with a mouse: the text is pasted
      await hitsAreThere(page);
      await page.locator('.hits a').first().click();
    },
    openRow: (table, text) => row(table, text).locator('td a').first().click(),
    unfold: (table, text) => row(table, text).locator('.twisty').click(),
    tick: async (table, text) => {
      await scrollTo(table, text);
      await row(table, text).getByRole('checkbox').check();
    },
    press: (name) => page.getByRole('button', {name, exact: true}).first().click(),
    chooseTab: (name) => page.getByRole('tab', {name, exact: true}).click(),
    back: async () => void (await page.goBack()),
  };
}

export function keyboard(page: Page): Hand {
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const hasFocus = (target: Locator) => target.evaluate((element) => element.ownerDocument.activeElement === element);
  const tabTo = async (target: Locator) => {
    await target.waitFor();
    for (let stops = 0; !(await hasFocus(target)); stops++) {
      if (stops === MOST_STEPS) throw new Error(`Tab does not lead to ${target}`);
      await press('Tab');
    }
  };
  /** Into the table and down to the first row with the text. */
  const stepTo = async (table: string, text: string | RegExp) => {
    await rowsOf(page, table).filter({hasText: text}).first().waitFor();
    await tabTo(tableOf(page, table));
    await press('Home');
    const selected = tableOf(page, table).locator('tr[aria-selected="true"]').filter({hasText: text});
    for (let steps = 0; (await selected.count()) === 0; steps++) {
      if (steps === MOST_STEPS) throw new Error(`no row ${text} in ${table}`);
      await press('ArrowDown');
    }
  };
  return {
    page,
    goTo: (_, key) => press('g', key),
    search: async (text) => {
      await press('/');
      await page.keyboard.type(text);
      await hitsAreThere(page);
      await press('Enter');
    },
    openRow: async (table, text) => {
      await stepTo(table, text);
      await press('Enter');
    },
    unfold: async (table, text) => {
      await stepTo(table, text);
      await press('ArrowRight');
    },
    tick: async (table, text) => {
      await stepTo(table, text);
      await tabTo(rowsOf(page, table).filter({hasText: text}).first().getByRole('checkbox'));
      await press('Space');
    },
    press: async (name) => {
      await tabTo(page.getByRole('button', {name, exact: true}).first());
      await press('Enter');
    },
    chooseTab: async (name) => {
      const tab = page.getByRole('tab', {name, exact: true});
      await tab.waitFor();
      await tabTo(page.getByRole('tablist').filter({has: tab}).locator('[aria-selected="true"]'));
      while (!(await hasFocus(tab))) await press('ArrowRight');
    },
    back: () => press('['),
  };
}
