/**
 * Removes what an earlier build left: the first step of `npm run build`. The compiler deletes nothing, so a module that is gone from the sources, or
 * that another branch had, would stay – and oclif takes every file in dist/src/commands for a command.
 */
import {rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** Removes `root`/dist; it need not be there. */
export function clean(root) {
  rmSync(join(root, 'dist'), {recursive: true, force: true});
}

if (process.argv[1] === fileURLToPath(import.meta.url)) clean(dirname(dirname(fileURLToPath(import.meta.url))));
