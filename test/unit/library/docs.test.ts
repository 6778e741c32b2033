/** docs/library.md names every export of the package. */
import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('docs/library.md names every export', () => {
  const names = read('src/index.ts')
    .replace(/\/\*\*.*?\*\//s, '')
    .matchAll(/\b(?:type )?([A-Za-z]+)(?=[,\n ]*[,}])/g);
  const documented = read('docs/library.md');
  const list = Array.from(names, ([, name]) => name!);
  expect(list).toContain('openHeap');
  expect(list.length).toBeGreaterThan(25);
  expect(list.filter((name) => !new RegExp(`\\b${name}s?\\b`).test(documented))).toEqual([]);
});
