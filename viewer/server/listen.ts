/**
 * An HTTP server at an address: by default the two loopback addresses of this machine at one port, so that the name localhost is nobody else's,
 * whichever of them a browser takes for it.
 */
import {once} from 'node:events';
import type {Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {GoheapError} from '../../src/base/errors.js';

/** A random port may be taken at the second address. */
const ATTEMPTS = 10;

export interface Listening {
  readonly port: number;
  close(): void;
}

/** `port` 0: any. Throws `io` when the address cannot be had. */
export async function listen(create: () => Server, hosts: readonly string[], port: number): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const servers: Server[] = [];
    const close = () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    };
    try {
      let bound = port;
      for (const host of hosts) {
        const server = create();
        if (!(await isListening(server, host, bound, servers.length > 0))) continue;
        servers.push(server);
        bound = (server.address() as AddressInfo).port;
      }
      return {port: bound, close};
    } catch (error) {
      close();
      const {code} = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' || port !== 0 || attempt === ATTEMPTS) throw listenError(error as NodeJS.ErrnoException, hosts[0]!, port);
    }
  }
}

/** An `optional` address may be none of this machine: it is left out then. */
async function isListening(server: Server, host: string, port: number, optional: boolean): Promise<boolean> {
  try {
    server.listen({host, port, exclusive: true});
    await once(server, 'listening');
    return true;
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (optional && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) return false;
    throw error;
  }
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): GoheapError {
  const hints: Readonly<Record<string, string>> = {
    EADDRINUSE: 'Something else listens there: give another --port, or none for any that is free.',
    EACCES: 'Ports below 1024 need privileges: give another --port.',
    EADDRNOTAVAIL: '--host must be an address of this machine.',
    ENOTFOUND: '--host must be an address of this machine.',
  };
  return new GoheapError('io', `cannot listen at ${host}, port ${port}: ${error.message}`, {hint: hints[error.code ?? ''], cause: error});
}
