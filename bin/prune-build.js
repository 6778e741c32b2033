/**
 * The last step of `npm run build`: of what the compiler wrote below dist, files stay that an entry point of package.json reaches. What
 * goes are declarations that no exported type needs, and modules that held types alone. So the package has no file without use.
 */
import {readdirSync, readFileSync, rmSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Imports, and the entries of threads and child processes. */
const REFERENCE = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)(["'])(\.{1,2}\/[^"']+)\1/g;

/** `entries` and all files that they reach by relative imports, as paths below the root; of declarations, declarations. */
export function reachedFiles(entries, exists) {
  const found = new Set(entries);
  for (const path of found) {
    for (const [, , specifier] of readFileSync(join(ROOT, path), 'utf8').matchAll(REFERENCE)) {
      const module = relative(ROOT, resolve(ROOT, dirname(path), specifier));
      const target = path.endsWith('.d.ts') ? module.replace(/\.js$/, '.d.ts') : module;
      if (exists(target)) found.add(target);
    }
  }
  return found;
}

/** What users start or import: the program with its commands, which oclif finds in their folder, and the exports with their types. */
export function entryPoints(files) {
  const {bin, exports, oclif} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const exported = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : Object.values(target)));
  const commands = files.filter((path) => dirname(path) === oclif.commands.slice(2) && path.endsWith('.js'));
  return [...Object.values(bin), ...exported.map((path) => path.slice(2)), ...commands];
}

function listFiles(folder) {
  const entries = readdirSync(join(ROOT, folder), {recursive: true, withFileTypes: true});
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const compiled = ['dist/src', 'dist/formats', 'dist/viewer/server'].flatMap(listFiles);
  const files = [...compiled, 'dist/viewer/protocol.js', 'dist/viewer/protocol.d.ts'];
  const known = new Set([...files, 'bin/node-version.js']);
  const used = reachedFiles(entryPoints(files), (path) => known.has(path));
  for (const path of files) if (!used.has(path)) rmSync(join(ROOT, path), {force: true});
}
