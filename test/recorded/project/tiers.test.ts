/** The first folder below test says what a test needs, and it is so: see CONTRIBUTING.md. */
import {expect, test} from 'vitest';
import {importsOf, projectFiles, readProjectFile} from '../../kit/source-files.js';

const TIERS = ['unit', 'recorded', 'live', 'matrix', 'servers', 'soak'];
const tests = projectFiles().filter((path) => /^test\/.*\.test\.ts$/.test(path));

/** The file and what it imports of the test folder, all the way. */
function withHelpers(path: string): Set<string> {
  const found = new Set([path]);
  for (const each of found)
    for (const {target, isTypeOnly} of importsOf(each)) if (target.startsWith('test/') && !isTypeOnly) found.add(target);
  return found;
}

test('every test is in the folder of a tier', () => {
  expect(tests.filter((path) => !TIERS.includes(path.split('/')[1]!))).toEqual([]);
});

test('units open no recorded core, write no database, start no process and do not look at dist', () => {
  const needy = tests.filter((path) => path.startsWith('test/unit/') && [...withHelpers(path)].some(needsMore));
  expect(tests.some((path) => path.startsWith('test/unit/'))).toBe(true);
  expect(needy).toEqual([]);
});

function needsMore(path: string): boolean {
  const imports = importsOf(path).map(({target}) => target);
  return (
    imports.some((target) => ['fixtures/unpack.ts', 'node:child_process', 'better-sqlite3'].includes(target)) ||
    imports.some((target) => /^(src\/sql|formats\/sqlite)\//.test(target)) ||
    /'dist'|\/dist\//.test(readProjectFile(path))
  );
}
