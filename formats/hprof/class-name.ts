/**
 * Go's names → names of Java classes that every consumer shows alike: a slash would become a dot in some places, a leading bracket
 * would be read as a Java array. What consumers do with names was measured; docs/hprof.md says how.
 */

/** Looks like a slash, and nobody replaces it. */
const SLASH = '∕';
const PREFIXES: readonly (readonly [RegExp, string])[] = [
  [/^\[\]/, 'slice '],
  [/^\[/, 'array '],
];

/** `net/http.Request` → `net∕http.Request`, `[]string` → `slice []string`. */
export function className(name: string): string {
  const prefix = PREFIXES.find(([start]) => start.test(name))?.[1] ?? '';
  return prefix + name.replaceAll('/', SLASH);
}

/** `net/http.(*conn).serve` → its package and the rest. What has no package is the program's own. */
export function splitName(name: string): {readonly package: string; readonly rest: string} {
  const slash = name.replace(/[[({].*$/, '').lastIndexOf('/'); // type arguments and receivers have slashes of their own
  const dot = name.indexOf('.', slash + 1);
  return dot < 0 ? {package: '', rest: name} : {package: name.slice(0, dot), rest: name.slice(dot + 1)};
}
