/**
 * Where the files are that come with goheap and are no code: the schema, compiled modules, rules.
 */
import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** A file of the package: this module runs from src/base of the sources, or from the same folder below dist. */
export function packageFile(name: string): string {
  const fromSources = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  return existsSync(fromSources) ? fromSources : fileURLToPath(new URL(`../../../${name}`, import.meta.url));
}

/** Of the package that runs. */
export function packageVersion(): string {
  const description: unknown = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
  return String((description as {version?: unknown}).version);
}
