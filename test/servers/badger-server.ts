/** A server around badger, a key-value store on disk: badger is a library. */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {LoadedServer, Ports} from './loaded-server.js';
import {get, inParallel, post} from './requests.js';

const KEYS = 200_000;
const KEYS_A_REQUEST = 1_000;
const VALUE_BYTES = 300;
const HURRIED = 25; // requests that leave a goroutine behind

export const BADGER: LoadedServer = {
  name: 'badger',
  module: 'github.com/dgraph-io/badger/v4@v4.9.6',
  package: '.',
  source: readFileSync(fileURLToPath(new URL('badger-kv/main.go', import.meta.url)), 'utf8'),
  start: (_, {serve}) => ['-addr', `127.0.0.1:${serve}`, '-dir', 'data'],
  ready: ({serve}) => `http://127.0.0.1:${serve}/get?key=none`,
  load: async (ports) => {
    await inParallel(KEYS / KEYS_A_REQUEST, 4, (index) => put(ports, index * KEYS_A_REQUEST));
    await post(`http://127.0.0.1:${ports.serve}/flush`, '');
    await inParallel(200, 4, (index) => get(`http://127.0.0.1:${ports.serve}/scan?prefix=user/${String(index).padStart(3, '0')}`));
    await inParallel(HURRIED, 4, () => get(`http://127.0.0.1:${ports.serve}/hurry`));
    return () => undefined;
  },
  pprof: 'serve',
  how: `${KEYS.toLocaleString('en-US')} keys with values of ${VALUE_BYTES} bytes put over HTTP, flushed to tables, all of them read again through its block cache, and ${HURRIED} requests that leave a goroutine behind`,
  expected: {
    // Where it holds nearly all, its parts have rows of their own.
    holders: [{name: /ristretto\/v2\.(?:Cache|shardedMap)\[/, gathers: /table\.Block$/, least: 10_000}],
    owners: [/table\.Block$/],
    leak: /^goroutine-leak main\.\(\*store\)\.hurry\.func1$/,
  },
};

function put({serve}: Ports, first: number): Promise<void> {
  const lines = Array.from({length: KEYS_A_REQUEST}, (_, index) => {
    const key = `user/${String((first + index) % 200).padStart(3, '0')}/${first + index}`;
    return `${key}=${Buffer.from(`${key} `.repeat(VALUE_BYTES / 8))
      .toString('base64')
      .slice(0, VALUE_BYTES)}`;
  });
  return post(`http://127.0.0.1:${serve}/put`, lines.join('\n'));
}
