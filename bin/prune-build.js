/**
 * A step of `npm run build`: of what the compiler wrote below dist, files stay that an entry point of package.json reaches. What
 * goes are declarations that no exported type needs, and modules that held types alone. So the package has no file without use, also after the
 * compiler wrote them once more for the programs of bench, which stay.
 */
import {existsSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Imports, and the entries of threads and child processes. */
const REFERENCE = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)(["'])(\.{1,2}\/[^"']+)\1/g;

/** What the compiler wrote: beside it the page has files of other kinds. */
const CODE = /\.(?:js|d\.ts)$/;

const compiled = new Set(listFiles('dist').filter((path) => CODE.test(path)));
const used = reachedFiles([...entryPoints(), ...(existsSync(join(ROOT, 'dist/bench')) ? listFiles('dist/bench') : [])]);
for (const path of compiled) if (!used.has(path)) rmSync(join(ROOT, path));

/** The files of a folder, as paths below the root. */
function listFiles(path) {
  const entries = readdirSync(join(ROOT, path), {recursive: true, withFileTypes: true});
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** What users start or import: the program with its commands, which oclif finds in their folder, and hooks, and the exports with their types. */
function entryPoints() {
  const {bin, exports, oclif} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const exported = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : Object.values(target)));
  const commands = listFiles(oclif.commands.slice(2)).filter((path) => path.endsWith('.js'));
  const hooks = Object.values(oclif.hooks).map((path) => `${path.slice(2)}.js`);
  return [...Object.values(bin), ...exported.map((path) => path.slice(2)), ...commands, ...hooks];
}

/** `entries` and all compiled files that they reach by relative imports; of declarations, declarations. */
function reachedFiles(entries) {
  const found = new Set(entries);
  for (const path of found) {
    for (const [, , specifier] of readFileSync(join(ROOT, path), 'utf8').matchAll(REFERENCE)) {
      const module = relative(ROOT, resolve(ROOT, dirname(path), specifier));
      const target = path.endsWith('.d.ts') ? module.replace(/\.js$/, '.d.ts') : module;
      if (compiled.has(target)) found.add(target);
    }
  }
  return found;
}
