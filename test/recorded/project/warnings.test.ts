/** The codes of warnings that other places name are codes that some stage gives. */
import {expect, test} from 'vitest';
import {INCOMPLETE} from '../../../src/runtime/describe-dump.js';
import {projectFiles, readProjectFile} from '../../kit/source-files.js';

/** The first argument of `warnings.add` and `warnings.attempt`. */
const GIVEN = /\.(?:add|attempt(?:<[^>]*>)?)\(\s*'([a-z-]+)'/g;

const sources = projectFiles().filter((path) => /^src\/.*\.ts$/.test(path));
const given = new Set(sources.flatMap((path) => [...readProjectFile(path).matchAll(GIVEN)].map(([, code]) => code)));

test('those that make a dump incomplete', () => {
  expect(INCOMPLETE.filter((code) => !given.has(code))).toEqual([]);
});

test('those that docs/commands.md explains', () => {
  const rows = readProjectFile('docs/commands.md')
    .match(/^\| warning \|[\s\S]*?\n\n/m)![0]
    .split('\n')
    .slice(2, -2);
  const explained = rows.flatMap((row) => [...row.split(' | ')[0]!.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code));
  expect(explained.length).toBeGreaterThan(8);
  expect(explained.filter((code) => !given.has(code))).toEqual([]);
});
