/**
 * The project's own TypeScript files and what each imports, for the tests that read the sources (architecture, repository).
 * A scan of the text, not a parser: imports stand at the start of a line, as the formatter writes them.
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {basename, dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export interface Import {
  /** Path from the repository's root for our own files ('src/base/bytes.ts'), else the package ('node:fs', '@oclif/core'). */
  readonly target: string;
  readonly isOwn: boolean;
  readonly isTypeOnly: boolean;
}

/** Paths of the files that .gitignore does not name; '/' between folders, in order. Needs no git, which a bare machine lacks. */
export function projectFiles(folder = ''): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(ROOT, folder), {withFileTypes: true})) {
    const path = `${folder}${entry.name}`;
    if (entry.name === '.git' || isIgnored(path, entry.isDirectory())) continue;
    if (entry.isDirectory()) found.push(...projectFiles(`${path}/`));
    else found.push(path);
  }
  return found.sort();
}

/** The patterns that our .gitignore has: a name, a path from the root, or `*` and an ending; '/' at the end for folders. */
const IGNORED = readFileSync(join(ROOT, '.gitignore'), 'utf8').trim().split('\n');

function isIgnored(path: string, isFolder: boolean): boolean {
  return IGNORED.some((pattern) => {
    if (pattern.endsWith('/') && !isFolder) return false;
    const name = pattern.replace(/\/$/, '');
    if (name.startsWith('/')) return `/${path}` === name;
    return name.startsWith('*') ? path.endsWith(name.slice(1)) : basename(path) === name;
  });
}

export function readProjectFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function importsOf(path: string): Import[] {
  const text = readProjectFile(path);
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\(()'([^']+)'\)/g);
  return [...statements, ...dynamic].map(([, type, specifier]) => ({
    ...resolveImport(path, specifier!),
    isTypeOnly: type !== undefined && type !== '',
  }));
}

/** Names that the file declares and exports; what it passes on from elsewhere is not counted. */
export function exportsOf(path: string): string[] {
  const declarations = readProjectFile(path).matchAll(
    /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|let|enum)\s+(\w+)/gm,
  );
  return Array.from(declarations, ([, name]) => name!);
}

function resolveImport(from: string, specifier: string): {target: string; isOwn: boolean} {
  if (specifier.startsWith('.')) {
    const module = relative(ROOT, join(ROOT, dirname(from), specifier));
    const source = module.replace(/\.js$/, '.ts');
    return {target: existsSync(join(ROOT, `${source}x`)) ? `${source}x` : source, isOwn: true};
  }
  if (specifier.startsWith('node:')) return {target: specifier, isOwn: false};
  const parts = specifier.split('/');
  return {target: specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!, isOwn: false};
}

/**
 * Groups of files that import each other, directly or around corners, types included: each is a circle of as few files as its first file
 * is in, in the order of the imports.
 */
export function findImportCircles(paths: readonly string[], imports: (path: string) => readonly string[]): string[][] {
  const own = new Set(paths);
  const next = new Map(paths.map((path) => [path, imports(path).filter((target) => own.has(target))]));
  const circles: string[][] = [];
  const seen = new Set<string>();
  for (const start of paths) {
    const circle = seen.has(start) ? undefined : shortestCircle(start, next);
    if (!circle) continue;
    circles.push(circle);
    for (const path of circle) seen.add(path);
  }
  return circles;
}

function shortestCircle(start: string, next: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const before = new Map<string, string>();
  for (const queue = [start]; queue.length > 0; ) {
    const path = queue.shift()!;
    for (const target of next.get(path) ?? []) {
      if (before.has(target)) continue;
      before.set(target, path);
      if (target !== start) {
        queue.push(target);
        continue;
      }
      const circle: string[] = [];
      for (let at = path; at !== start; at = before.get(at)!) circle.unshift(at);
      return [start, ...circle];
    }
  }
  return undefined;
}
