/**
 * Whose requests are answered: the page that this server gave out, in a browser that was given the token. Everything else on the machine and
 * in other pages of the browser is refused, by the name that the request calls the server (a foreign name that leads here is DNS rebinding), by
 * where the browser says the request comes from, and by the token. https://fetch.spec.whatwg.org has Origin and the Sec-Fetch headers.
 */
import {createHash, timingSafeEqual} from 'node:crypto';
import type {IncomingHttpHeaders} from 'node:http';
import {isIP} from 'node:net';
import {RequestError} from '../../src/workers/request-error.js';

export interface Rules {
  /** Where the server listens: an address or a name. */
  readonly host: string;
  readonly token: string;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Throws `host` unless the request is for this server and from its own page. Documents may be opened from anywhere: they hold nothing. */
export function checkOrigin(headers: IncomingHttpHeaders, {host}: Rules): void {
  if (!isOwnName(headers.host, host)) {
    throw new RequestError({
      code: 'host',
      message: 'this server is not called that',
      hint: 'Open the address that goheap view printed; through a tunnel, as localhost.',
    });
  }
  const site = headers['sec-fetch-site'];
  const isDocument = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  const isForeign = headers.origin !== undefined && headers.origin !== `http://${headers.host}`;
  if (isForeign || (site !== undefined && site !== 'same-origin' && site !== 'none' && !isDocument))
    throw new RequestError({code: 'host', message: 'requests of other pages are not answered'});
}

/** With any port: a tunnel may lead from another one, and it is the name that a foreign page cannot have. */
function isOwnName(header: string | undefined, host: string): boolean {
  const name = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.exec(header ?? '')?.[1]?.toLowerCase();
  if (name === undefined) return false;
  if (LOOPBACK_NAMES.includes(name)) return true;
  const literal = name.replace(/^\[|\]$/g, '');
  if (literal === host.toLowerCase()) return true;
  // Listening on all addresses, which all are its names: no other page can have one of them as its own and the token as well.
  return (host === '0.0.0.0' || host === '::') && isIP(literal) !== 0;
}

/** Throws `token` unless the request carries it. Takes the same time for every wrong one. */
export function checkToken(headers: IncomingHttpHeaders, {token}: Rules): void {
  const given = /^Bearer ([^\s]+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  if (timingSafeEqual(digest(given), digest(token))) return;
  throw new RequestError({
    code: 'token',
    message: 'the token is missing or wrong',
    hint: 'Open the whole address that goheap view printed, with the part behind #.',
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
