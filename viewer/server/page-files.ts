/**
 * The page: the files of one folder, read when the server starts. A request is answered from this list and never from the disk, so no path leads
 * out of it. Names with a hash in them stand for their content and may be kept by the browser; index.html is asked for each time. What was
 * compressed when it was built is sent so.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {extname, join} from 'node:path';
import {brotliDecompressSync, gzipSync} from 'node:zlib';

export interface ServedFile {
  readonly type: string;
  readonly caching: string;
  readonly body: Buffer;
  /** The body by the name of its coding, the one that is preferred first. */
  readonly packed?: readonly (readonly [coding: string, body: () => Buffer])[];
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
};
const HASHED = /-[0-9A-Z]{8}\.\w+$/;
const NOT_BUILT: ServedFile = {
  type: 'text/plain; charset=utf-8',
  caching: 'no-store',
  body: Buffer.from("The viewer's page is not built. Run `npm run build` in goheap's folder and start the viewer again.\n"),
};

/** By the path of the request: `/` and `/name`. Without index.html in the folder, `/` says what to do. */
export function readPageFiles(folder: string): ReadonlyMap<string, ServedFile> {
  const files = new Map<string, ServedFile>();
  for (const entry of listFolder(folder)) {
    const name = entry.name.replace(/\.br$/, '');
    const type = TYPES[extname(name)];
    if (!entry.isFile() || type === undefined) continue;
    const caching = HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';
    const bytes = readFileSync(join(folder, entry.name));
    files.set(`/${name}`, {type, caching, ...(name === entry.name ? {body: bytes} : unpack(bytes))});
  }
  files.set('/', files.get('/index.html') ?? NOT_BUILT);
  return files;
}

export function hasPage(files: ReadonlyMap<string, ServedFile>): boolean {
  return files.has('/index.html');
}

/** Browsers take Brotli from this machine or over TLS only: others get gzip, made when it is first asked for. */
function unpack(br: Buffer): Pick<ServedFile, 'body' | 'packed'> {
  const body = brotliDecompressSync(br);
  let gzip: Buffer | undefined;
  const asGzip = () => {
    gzip ??= gzipSync(body);
    return gzip;
  };
  return {
    body,
    packed: [
      ['br', () => br],
      ['gzip', asGzip],
    ],
  };
}

/** The body as the client wants it, by its header Accept-Encoding: https://httpwg.org/specs/rfc9110.html#field.accept-encoding. */
export function encodeFor(accepted: string | undefined, {body, packed = []}: ServedFile): {body: Buffer; headers: Record<string, string>} {
  const wanted = (accepted ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.split(';').map((part) => part.trim()));
  const isWanted = (coding: string) => wanted.some(([name, weight = '']) => name === coding && !/^q=0(\.0*)?$/.test(weight));
  const found = packed.find(([coding]) => isWanted(coding));
  const vary = packed.length > 0 ? {Vary: 'Accept-Encoding'} : {};
  return found ? {body: found[1](), headers: {...vary, 'Content-Encoding': found[0]}} : {body, headers: vary};
}

function listFolder(folder: string) {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch {
    return []; // not built
  }
}
