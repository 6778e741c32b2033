/**
 * What a server of somebody else's is to this tier: where its module is, how it starts on loopback, what is done to it, and what ../../docs/servers.md
 * says of it. One file beside this one for each.
 */
import {freePort} from '../kit/third-party.js';

export interface LoadedServer {
  readonly name: string;
  readonly module: string; // path@version
  readonly package: string; // of its main function; below the module
  readonly tags?: string; // of go build
  /** Go source of a main package of our own, for a module that is a library; undefined for a server. */
  readonly source?: string;
  /** Names files that it needs in `folder`, where it runs, and its arguments. */
  readonly start: (folder: string, ports: Ports) => readonly string[];
  /** What answers when it serves. */
  readonly ready: (ports: Ports) => string;
  /** Does to it what `how` says; resolves when that is done, and gives what ends what still goes on. */
  readonly load: (ports: Ports) => Promise<() => void>;
  readonly how: string; // one sentence
  readonly expected: Expected;
}

/** Free ports on loopback. */
export interface Ports {
  readonly serve: number;
  readonly peer: number;
  readonly load: number; // of what this tier serves to it
}

/** By the words of an engineer of that server. Names are searched as they stand in `top --wide`. */
export interface Expected {
  /** Among the first eight rows: the row's type or what its name ends with, and what it gathers. */
  readonly holders: readonly ExpectedHolder[];
  /** Names of owners that are among the first eight. */
  readonly owners: readonly RegExp[];
}
export interface ExpectedHolder {
  readonly name: RegExp; // generalized path, a blank and the type
  readonly gathers?: RegExp; // the type
  readonly least?: number; // how many of these
}

export async function freePorts(): Promise<Ports> {
  const [serve, peer, load] = await Promise.all([freePort(), freePort(), freePort()]);
  return {serve, peer, load};
}
