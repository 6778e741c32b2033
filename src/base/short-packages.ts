/**
 * Qualified names of types, variables and functions → the same with the shortest end of each import path that no other path among them shares:
 * `server.Client` for `github.com/nats-io/nats-server/v2/server.Client`.
 */

/** An import path in front of a qualified name: what has a slash. */
const PATH = /(?<![\w./~-])(?:[\w.~%-]+\/)+[\w%-]+(?=\.[\p{L}_(])/gu;
/** Ends that say nothing alone: major versions. */
const VERSION = /^v\d+$/;

/** Shortens the paths of all the texts together; returns the function that does it to one of them. */
export function shortenPackages(texts: readonly string[]): (text: string) => string {
  const paths = new Set(texts.flatMap((text) => text.match(PATH) ?? []));
  const short = new Map([...paths].map((path) => [path, shortestEnd(path, paths)]));
  return (text) => text.replace(PATH, (path) => short.get(path) ?? path);
}

function shortestEnd(path: string, paths: ReadonlySet<string>): string {
  const parts = path.split('/');
  for (let from = parts.length - 1; from > 0; from--) {
    const end = parts.slice(from).join('/');
    const isShared = [...paths].some((other) => other !== path && other.endsWith(`/${end}`));
    if (!isShared && !VERSION.test(parts[from]!)) return end;
  }
  return path;
}
