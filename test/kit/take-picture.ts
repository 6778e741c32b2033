/**
 * The pictures of docs: those that are missing, or all with UPDATE=1.
 */
import {existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Page} from 'playwright-core';
import {expect} from 'vitest';
import {smallPng} from './small-png.js';

const PICTURES = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const MOST_BYTES = 100_000;

/** Into docs/screenshots; of the upper part only, when `height` is given. */
export async function takePicture(page: Page, name: string, height?: number): Promise<void> {
  const path = join(PICTURES, `${name}.png`);
  if (existsSync(path) && process.env.UPDATE !== '1') return;
  mkdirSync(PICTURES, {recursive: true});
  await page.mouse.move(0, 0);
  const {width} = page.viewportSize()!;
  const clip = height === undefined ? {} : {clip: {x: 0, y: 0, width, height}};
  writeFileSync(path, smallPng(await page.screenshot({animations: 'disabled', caret: 'hide', ...clip})));
  expect(statSync(path).size).toBeLessThan(MOST_BYTES);
}
