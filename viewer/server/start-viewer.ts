/**
 * INPUT → a running viewer: its address, and how to end it. What the pieces are: session.ts has the database and the child processes, bases.ts what it is
 * compared with, routes.ts the questions, http-server.ts and guard.ts who may ask them, page-files.ts the page.
 */
import {randomBytes} from 'node:crypto';
import {isIP} from 'node:net';
import {fileURLToPath} from 'node:url';
import {GoheapError} from '../../src/base/errors.js';
import type {CoreFlags} from '../../src/database/core-files.js';
import {Bases} from './bases.js';
import {isLoopback} from './guard.js';
import {createHttpServer} from './http-server.js';
import {listen} from './listen.js';
import {hasPage, readPageFiles} from './page-files.js';
import {createRoutes} from './routes.js';
import {Session} from './session.js';

export interface ViewerOptions {
  readonly input: string;
  /** What INPUT may be compared with. */
  readonly bases: readonly string[];
  readonly flags: CoreFlags;
  /** goheap's version. */
  readonly version: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly host: string;
  /** Made up unless given. */
  readonly token?: string | undefined;
}
export interface Viewer {
  /** With the token behind #, which browsers do not send. */
  readonly url: string;
  /** What the user should know. */
  readonly notes: readonly string[];
  /** Ends the server and all child processes. */
  close(): void;
}

const TOKEN_BYTES = 16;
const SHORTEST_TOKEN = 16;
const LOOPBACK = ['127.0.0.1', '::1'];
const PAGE_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** Throws a GoheapError: `usage` for an unsafe host or token, `io` for an address that cannot be had, and what opening INPUT throws. */
export async function startViewer(options: ViewerOptions): Promise<Viewer> {
  const {input, bases: inputs, flags, version, host} = options;
  checkExposure(options);
  const rules = {host, token: options.token ?? randomBytes(TOKEN_BYTES).toString('hex')};
  const files = readPageFiles(PAGE_FOLDER);
  const session = await Session.open(input, flags, version);
  const bases = new Bases();
  try {
    await bases.open(inputs, flags, version, session.settled);
    const routes = createRoutes(session, bases);
    const hosts = LOOPBACK.includes(host) || host === 'localhost' ? LOOPBACK : [host];
    const {port, close} = await listen(() => createHttpServer(rules, files, routes), hosts, options.port);
    return {
      url: `http://${urlHost(host)}:${port}/#token=${rules.token}`,
      notes: [...(hasPage(files) ? [] : ['The page of the viewer is not built: run `npm run build`.']), ...exposureNotes(host)],
      close() {
        close();
        bases.close();
        session.close();
      },
    };
  } catch (error) {
    bases.close();
    session.close();
    throw error;
  }
}

/** Beyond this machine the token is all that protects the dump: it must be one that somebody chose to share. */
function checkExposure({host, token}: ViewerOptions): void {
  if (token !== undefined && !new RegExp(`^[\\w.~-]{${SHORTEST_TOKEN},}$`).test(token)) {
    throw new GoheapError('usage', `--token must have at least ${SHORTEST_TOKEN} characters: letters, digits, - . _ ~`, {
      hint: `For example: --token ${randomBytes(TOKEN_BYTES).toString('hex')}`,
    });
  }
  if (token === undefined && !isLoopback(host)) {
    throw new GoheapError('usage', `--host ${host} shows the dump to other machines: give a --token as well`, {
      hint: 'Or leave the viewer on this machine and reach it through ssh -L; docs/viewer.md says how.',
    });
  }
}

function exposureNotes(host: string): string[] {
  if (isLoopback(host)) return [];
  return [`Warning: every machine that reaches ${host} can ask for this dump with the token, and what is sent is not encrypted.`];
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIP(host) === 6 ? `[${host}]` : host;
}
