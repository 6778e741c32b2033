/**
 * The public declarations, committed as docs/library.api.txt: a change of the API shows in the diff. UPDATE=1 rewrites it.
 */

import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {spawnSync} from '../../kit/child-process.js';
import {temporaryFolder} from '../../kit/small-database.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const REPORT = join(ROOT, 'docs', 'library.api.txt');

test('docs/library.api.txt is what the entry points declare', () => {
  const folder = temporaryFolder();
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  spawnSync(tsc, ['-p', join(ROOT, 'tsconfig.build.json'), '--emitDeclarationOnly', '--sourceMap', 'false', '--outDir', folder]);
  const index = readFileSync(join(folder, 'src', 'index.d.ts'), 'utf8');
  const files = ['index', ...Array.from(index.matchAll(/from '\.\/(.+)\.js'/g), ([, path]) => path!), 'sql/index'].map(
    (path) => `src/${path}`,
  );
  const report = [...files, 'formats/exporter']
    .map((path) => `// ${path}\n${withoutComments(readFileSync(join(folder, `${path}.d.ts`), 'utf8'))}`)
    .join('\n');
  if (process.env.UPDATE) writeFileSync(REPORT, report);
  expect(report).toBe(readFileSync(REPORT, 'utf8'));
});

function withoutComments(text: string): string {
  return text
    .replace(/\/\*\*.*?\*\//gs, '')
    .replace(/^import .*\n/gm, '')
    .replace(/^\s*\n/gm, '');
}
