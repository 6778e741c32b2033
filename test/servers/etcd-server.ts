/** etcd: a key-value store with all history, replicated by a log. */
import type {LoadedServer, Ports} from './loaded-server.js';
import {inParallel, post} from './requests.js';

const KEYS = 200_000;
const KEYS_A_TRANSACTION = 400;
const WATCHERS = 40;

export const ETCD: LoadedServer = {
  name: 'etcd',
  module: 'go.etcd.io/etcd/server/v3@v3.7.3',
  package: 'go.etcd.io/etcd/server/v3',
  start: (_, {serve, peer}) => [
    ...['--data-dir', 'data', '--unsafe-no-fsync', '--max-txn-ops', '1000', '--max-request-bytes', '10000000'],
    ...['--log-level', 'error', '--enable-pprof'],
    ...['--listen-client-urls', `http://127.0.0.1:${serve}`, '--advertise-client-urls', `http://127.0.0.1:${serve}`],
    ...['--listen-peer-urls', `http://127.0.0.1:${peer}`, '--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
    ...['--initial-cluster', `default=http://127.0.0.1:${peer}`],
  ],
  ready: ({serve}) => `http://127.0.0.1:${serve}/health`,
  load: async (ports) => {
    const watching = new AbortController();
    await Promise.all(Array.from({length: WATCHERS}, (_, index) => watch(ports, index, watching.signal)));
    await inParallel(KEYS / KEYS_A_TRANSACTION, 8, (index) => putKeys(ports, index * KEYS_A_TRANSACTION));
    return () => watching.abort();
  },
  pprof: 'serve',
  how: `${KEYS.toLocaleString('en-US')} keys put in transactions of ${KEYS_A_TRANSACTION}, values of 128 bytes, below ${WATCHERS} watchers`,
  expected: {
    holders: [
      {name: /\braftStorage(?:\.MemoryStorage)?\.ents\b.*raftpb\.Entry$/, gathers: /raftpb\.Entry$/, least: 500},
      {name: /mvcc\.(?:watchableStore|store)/, gathers: /mvcc\.keyIndex$/, least: KEYS},
    ],
    owners: [/raftpb\.Entry$/, /mvcc\.keyIndex$/],
  },
};

function putKeys({serve}: Ports, first: number): Promise<void> {
  const success = Array.from({length: KEYS_A_TRANSACTION}, (_, index) => {
    const key = `/registry/pods/namespace-${(first + index) % 100}/pod-${first + index}`;
    return {request_put: {key: base64(key), value: base64(`${key} is ${'running '.repeat(16)}`.slice(0, 128))}};
  });
  return post(`http://127.0.0.1:${serve}/v3/kv/txn`, JSON.stringify({success}));
}

async function watch({serve}: Ports, index: number, signal: AbortSignal): Promise<void> {
  const prefix = `/registry/services/${index}/`;
  const create_request = {key: base64(prefix), range_end: base64(`${prefix}\xff`)};
  const {body} = await fetch(`http://127.0.0.1:${serve}/v3/watch`, {method: 'POST', body: JSON.stringify({create_request}), signal});
  await body!.getReader().read(); // that it was created
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
