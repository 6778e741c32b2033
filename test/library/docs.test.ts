/** docs/library.md names every export of the package, docs/commands.md every command and every flag. */
import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {formats} from '../../formats/index.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

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

test('docs/commands.md names every option of a format', () => {
  const names = new Set(formats.flatMap(({options = {}}) => Object.keys(options)));
  expect(names.size).toBeGreaterThan(5);
  for (const name of names) expect(read('docs/commands.md')).toMatch(new RegExp(`--${name}\\b`));
});

test('docs/commands.md names every command and its own flags', () => {
  const documented = read('docs/commands.md');
  const commands = readdirSync(new URL('../../src/commands', import.meta.url)).map((file) => file.replace('.ts', ''));
  expect(commands).toContain('convert');
  for (const command of commands) {
    expect(documented).toContain(`## ${command}\n`);
    const flags = Array.from(read(`src/commands/${command}.ts`).matchAll(/^ {4}'?([a-z-]+)'?: Flags\./gm), ([, flag]) => flag!);
    for (const flag of flags)
      expect(documented, `${command} --${flag}`).toMatch(flag === 'output' ? /-o FILE/ : new RegExp(`--${flag}\\b`));
  }
});
