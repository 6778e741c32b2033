/**
 * The viewer's page in a real Chromium, for the tests that have one: an opened tab, its tables and headings, what it complained about, and
 * axe-core's opinion of it.
 */

import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {type Browser, type BrowserContext, chromium, type Locator, type Page} from 'playwright-core';
import {spawnSync} from './child-process.js';
import {findChromium} from './devtools-reader.js';
import type {ViewerProcess} from './viewer-process.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Undefined where there is none: the caller says what is not tested then. */
export async function launchBrowser(): Promise<Browser | undefined> {
  const name = findChromium();
  if (name === undefined) return undefined;
  const executablePath = spawnSync('which', [name], {encoding: 'utf8'}).stdout.trim();
  return chromium.launch({executablePath, args: ['--no-sandbox']});
}

/** For what never comes to be so: a busy machine takes half a minute for a second of work. */
const MOST_MILLISECONDS = 120_000;

export interface Tab {
  readonly page: Page;
  /** Errors of scripts, and what the content security policy refused. */
  readonly complaints: string[];
}

export interface Looks {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  /** Pixels of the screen for one of the page: 2 with half the width is a zoom of 200 %. */
  readonly scale?: number;
}

export async function openTab(
  browser: Browser,
  url: string | URL,
  {width = 1600, height = 900, scheme = 'light', scale = 1}: Looks = {},
): Promise<Tab> {
  const context = await browser.newContext({viewport: {width, height}, colorScheme: scheme, deviceScaleFactor: scale});
  return openTabIn(context, url);
}

/** A tab of the viewer at a screen: `types?type=main.TreeNode`. */
export async function openScreen(browser: Browser, viewer: ViewerProcess, hash = 'overview', looks?: Looks): Promise<Tab> {
  const url = new URL(viewer.url);
  url.hash = `token=${viewer.token}&/${hash}`;
  const tab = await openTab(browser, url, looks);
  await tab.page.locator('h1').waitFor();
  return tab;
}

export function heading(page: Page, name: string): Promise<void> {
  return page.getByRole('heading', {level: 1, name, exact: true}).waitFor();
}

/** Tables are told by the names that screen readers say. */
export function tableOf(page: Page, label: string): Locator {
  return page.locator(`table[aria-label="${label}"]`);
}

export function rowsOf(page: Page, label: string): Locator {
  return tableOf(page, label).locator('tbody tr[aria-rowindex]');
}

/** The exact number of a size in a row: the title of what is shown rounded. */
export async function bytesIn(cell: Locator): Promise<number> {
  return Number((await cell.locator('span.bytes').first().getAttribute('title'))!.replace(/[^\d.]/g, ''));
}

/** A further tab of the same browser window: it shares storage and channels with the others. */
export async function openTabIn(context: BrowserContext, url: string | URL): Promise<Tab> {
  const page = await context.newPage();
  page.setDefaultTimeout(MOST_MILLISECONDS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  await page.goto(String(url));
  return {page, complaints};
}

/** structure: what the colours do not decide, at a tenth of the cost. */
export type AxeRules = 'all' | 'structure' | 'contrast';

const RULES: Readonly<Record<AxeRules, object>> = {
  all: {},
  structure: {rules: {'color-contrast': {enabled: false}}},
  contrast: {runOnly: ['color-contrast']},
};

/** What axe-core finds, one line a rule. Strings are evaluated by the debugger: the page's policy would not let them in. */
export async function accessibilityProblems(page: Page, rules: AxeRules = 'all'): Promise<string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in globalThis`))) await page.evaluate(AXE);
  return page.evaluate<string[]>(
    `axe.run(${JSON.stringify({...RULES[rules], resultTypes: ['violations']})}).then(({violations}) => violations.map(({id, nodes}) => id + ': ' + nodes.map(({target}) => target.join(' ')).join(', ')))`,
  );
}
