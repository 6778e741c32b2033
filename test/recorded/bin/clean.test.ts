/** A build starts without what an earlier one left: a command that is gone from the sources would still be a command. */
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {temporaryFolder} from '../../kit/small-database.js';

const {clean} = (await import(fileURLToPath(new URL('../../../bin/clean.js', import.meta.url)))) as {clean(root: string): void};

test('what lies in dist is removed, and nothing beside it', () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'dist', 'src', 'commands'), {recursive: true});
  writeFileSync(join(root, 'dist', 'src', 'commands', 'of-another-branch.js'), '');
  writeFileSync(join(root, 'package.json'), '{}');
  clean(root);
  expect(existsSync(join(root, 'dist'))).toBe(false);
  expect(readdirSync(root)).toEqual(['package.json']);
  clean(root); // the first build
});
