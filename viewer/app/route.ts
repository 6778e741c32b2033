/**
 * The part of the address behind # ⇄ a screen and its parameters: `#/types?f=cache&sort=-retained`. What they name is named by addresses and
 * names, which stay the same when a dump is converted again, and not by ids of the database.
 */

export interface Route {
  readonly screen: string;
  readonly params: Readonly<Record<string, string>>;
}

export type RouteParams = Readonly<Record<string, string | number | undefined>>;

export const HOME = 'overview';
/** Names that screens had: links to them are kept for long. */
const RENAMED: Readonly<Record<string, string>> = {dominators: 'holders'};

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  return {screen: RENAMED[path] ?? (path || HOME), params: Object.fromEntries(new URLSearchParams(search))};
}

/** Parameters that are undefined or '' are left out. */
export function href(screen: string, params: RouteParams = {}): string {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `#/${screen}${search === '' ? '' : `?${readable(search)}`}`;
}

/** What may stand in a fragment as it is: type names stay legible. */
function readable(search: string): string {
  return search.replace(/%(2F|3A|40|2C|5B|5D|28|29)/g, (code) => decodeURIComponent(code));
}

/** What is enough to name a node: of an object its address, of a variable its name where names tell them apart. */
export interface NodeName {
  readonly id: number;
  /** A kind of roots, or object. */
  readonly kind?: string | null;
  readonly name?: string | null;
  readonly address?: number | null;
}

/** The text after `o=` that leads to a node: 0xc000…, main.cache, goroutine 17, else its id. */
export function nodeText({id, kind, name, address}: NodeName): string {
  if (kind === 'object' || kind === undefined || kind === null) {
    if (typeof address === 'number') return `0x${address.toString(16)}`;
    return name?.startsWith('0x') ? name : String(id);
  }
  const isName = kind === 'goroutine' ? name?.startsWith('goroutine ') : kind === 'global' || kind === 'static'; // names of threads are no numbers
  return isName && name ? name : String(id);
}

export function nodeHref(node: NodeName): string {
  return href('object', {o: nodeText(node)});
}
