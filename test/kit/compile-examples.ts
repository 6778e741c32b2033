/**
 * docs/examples as a user compiles them: with the flags that they name, and `goheap` from node_modules.
 */
import {copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execFileSync} from './child-process.js';
import {ROOT} from './source-files.js';

const FLAGS = [
  '--strict',
  '--module',
  'nodenext',
  '--target',
  'es2022',
  '--types',
  'node',
  '--lib',
  'es2023,esnext.disposable',
  '--outDir',
  'out',
];

/** Programs and exporters are in `out` below the folder then. */
export function compileExamples(folder: string): void {
  const examples = join(ROOT, 'docs/examples');
  const names = readdirSync(examples).filter((name) => name.endsWith('.ts'));
  for (const name of names) copyFileSync(join(examples, name), join(folder, name));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({private: true, type: 'module'}));
  mkdirSync(join(folder, 'node_modules', '@types'), {recursive: true});
  symlinkSync(ROOT, join(folder, 'node_modules', 'goheap'));
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...FLAGS, ...names], {
    cwd: folder,
    stdio: 'pipe',
    encoding: 'utf8',
  });
}
