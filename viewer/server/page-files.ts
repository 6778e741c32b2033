/**
 * The page: the files of one folder, read when the server starts. A request is answered from this list and never from the disk, so no path leads
 * out of it. Names with a hash in them stand for their content and may be kept by the browser; index.html is asked for each time.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {extname, join} from 'node:path';

export interface ServedFile {
  readonly type: string;
  readonly caching: string;
  readonly body: Buffer;
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
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const caching = HASHED.test(entry.name) ? 'public, max-age=31536000, immutable' : 'no-cache';
    files.set(`/${entry.name}`, {type, caching, body: readFileSync(join(folder, entry.name))});
  }
  files.set('/', files.get('/index.html') ?? NOT_BUILT);
  return files;
}

export function hasPage(files: ReadonlyMap<string, ServedFile>): boolean {
  return files.has('/index.html');
}

function listFolder(folder: string) {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch {
    return []; // not built
  }
}
