/**
 * A made-up fleet: services with hosts, builds and dumps, in the files that `fleet add` writes, with facts that the questions must find and decoys that they must not:
 *
 * - cart: main.lineItem has 1.8 times the bytes from v1.10 on, on all hosts but one in eight. Decoy: main.sessionBlob has thirty times as many on two hosts,
 *   which makes these outliers and no growth.
 * - search: cache.Shared has a fifth more of the heap on two hosts, in all builds. main.retryEntry is there from v1.10 on.
 * - auth: 400 goroutines in main.poll from v1.11 on. Decoy: its load, and with it every type, is 1.6 times as large from v1.10 on.
 * - all: cache.Shared is the largest owner. Decoys: types that rise and fall by a fifth, types that one host alone has, and versions that sort as text wrongly.
 */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {fileWriter} from 'hyparquet-writer';
import {FLEET_TABLES, LABEL_COLUMNS, ownColumns} from '../../formats/parquet/fleet-columns.js';
import {writeTableFile} from '../../formats/parquet/table-file.js';
import type {Cell} from '../../src/base/column-batch.js';
import {batchOfRows} from '../../src/tables/batch-table.js';

export interface FleetShape {
  readonly hosts: number; // of each service, at least 16
  readonly dumps: number; // of each host and build
  readonly types: number; // of each dump, beside those of the facts
}
export const SERVICES: readonly string[] = ['auth', 'cart', 'mail', 'search', 'shop'];
export const VERSIONS: readonly string[] = ['v1.8', 'v1.9', 'v1.10', 'v1.11', 'v1.12'];
export const OUTLIERS: readonly number[] = [7, 13];
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const MB = 2 ** 20;

interface Dump {
  readonly service: string;
  readonly host: number;
  readonly build: number;
  readonly number: number;
}
type Row = Readonly<Record<string, Cell>>;

/** Returns how many dumps there are. */
export async function writeFleet(root: string, shape: FleetShape): Promise<number> {
  let dumps = 0;
  for (const service of SERVICES) {
    for (let build = 0; build < VERSIONS.length; build++) {
      for (let host = 1; host <= shape.hosts; host++) {
        for (let number = 0; number < shape.dumps; number++, dumps++) await writeDump(root, {service, host, build, number}, shape);
      }
    }
  }
  return dumps;
}

async function writeDump(root: string, dump: Dump, shape: FleetShape): Promise<void> {
  const {service, host, build, number} = dump;
  const id = [service, build, host, number].join('-');
  const dumpedAt = START + (build * 7 + number) * DAY + host * 60_000;
  const labels: Cell[] = [id, service, VERSIONS[build]!, START + build * 6 * DAY, `${service}-${host}`, dumpedAt];
  const rows = rowsOf(dump, shape);
  const day = `dt=${new Date(dumpedAt).toISOString().slice(0, 10)}`;
  for (const name of FLEET_TABLES) {
    const own = ownColumns(name);
    const cells = (rows[name] ?? []).map((row) => [...labels, ...own.map((column) => row[column.name] ?? null)]);
    const folder = join(root, 'v1', name, day);
    mkdirSync(folder, {recursive: true});
    const columns = [...LABEL_COLUMNS, ...own];
    const batches = () => [batchOfRows(columns.length, cells)];
    await writeTableFile({name, columns, rowCount: cells.length, batches}, fileWriter(join(folder, `${id}.parquet`)), gzipSync, {});
  }
}

function rowsOf(dump: Dump, shape: FleetShape): Readonly<Record<string, readonly Row[]>> {
  const {service, host, build} = dump;
  const load = service === 'auth' && build >= 2 ? 1.6 : 1;
  const facts = factsOf(dump, load);
  const others = Array.from({length: shape.types}, (_, type) => {
    const spread = type % 7 === 0 ? 0.8 + 0.4 * noise(dump, type) : 0.97 + 0.06 * noise(dump, type);
    return {
      name: `pkg${type % 40}.T${type}`,
      package: `example.test/pkg${type % 40}`,
      bytes: Math.round((600_000 / shape.types) * (1 + (type % 90)) * load * spread),
    };
  });
  const rare = host % 5 === 0 ? [{name: `main.only${host}`, package: 'main', bytes: 3 * MB}] : [];
  const types = [...facts, ...others, ...rare].map((row) => ({
    ...row,
    kind: 'struct',
    size: 64,
    objects: Math.ceil(row.bytes / 64),
    retained: row.bytes,
  }));
  const shared = service === 'search' && OUTLIERS.includes(host) ? 1.6 : 1;
  const sum = types.reduce((total, {bytes}) => total + bytes, 0);
  const cache = Math.round(sum * shared * (0.98 + 0.04 * noise(dump, 1)));
  const reachable = sum + cache;
  const owners = [{name: 'cache.Shared', package: 'example.test/cache', bytes: cache}, ...facts].map((row) => ({
    ...row,
    kind: 'type',
    share: row.bytes / reachable,
  }));
  const polls = service === 'auth' && build >= 3 ? [{fingerprint: 'f00d', function: 'main.poll', goroutines: 400}] : [];
  return {
    types: [...types, {name: 'cache.Shared', package: 'example.test/cache', kind: 'struct', objects: 1, bytes: cache}],
    owners,
    holders: [{rank: 1, name: 'main.cache', kind: 'object', type: 'cache.Shared', count: 1, retained: cache, share: cache / reachable}],
    goroutine_groups: [{fingerprint: 'cafe', function: 'main.serve', goroutines: Math.round(200 * load)}, ...polls],
    dumps: [{complete: 1, heap_bytes: reachable, reachable_bytes: reachable, source: 'core'}],
  };
}

function factsOf(dump: Dump, load: number): {name: string; package: string; bytes: number}[] {
  const {service, host, build} = dump;
  const fact = (name: string, bytes: number) => ({name: `main.${name}`, package: 'main', bytes: Math.round(bytes * load)});
  const steady = 0.98 + 0.04 * noise(dump, 0);
  const item = service === 'cart' && build >= 2 && host % 8 !== 0 ? 1.8 : 1;
  const blob = service === 'cart' && build >= 2 && host <= 2 ? 30 : 1;
  const facts = [fact('index', 60 * MB), fact('lineItem', 5 * MB * item * steady), fact('sessionBlob', MB * blob)];
  return service === 'search' && build >= 2 ? [...facts, fact('retryEntry', 3 * MB * steady)] : facts;
}

/** From 0 to 1, the same in every run. */
function noise({service, host, build, number}: Dump, type: number): number {
  let state = SERVICES.indexOf(service) * 7919 + host * 104_729 + build * 1_299_709 + number * 15_485_863 + type * 32_452_843 + 1;
  for (let round = 0; round < 3; round++) state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return state / 0x80000000;
}

/** What the five questions answer about it. */
export const ANSWERS = {
  release: [
    'auth v1.10→v1.11 goroutines main.poll',
    'cart v1.9→v1.10 owner bytes main.lineItem',
    'cart v1.9→v1.10 type bytes main.lineItem',
    'search v1.9→v1.10 owner bytes main.retryEntry',
    'search v1.9→v1.10 type bytes main.retryEntry',
  ],
  'first-seen': ['auth goroutines main.poll v1.11', 'search type main.retryEntry v1.10'],
  outliers: [
    'cart owner main.sessionBlob cart-1',
    'cart owner main.sessionBlob cart-2',
    ...OUTLIERS.flatMap((host) => [`search holder main.cache search-${host}`, `search owner cache.Shared search-${host}`]),
  ].sort(),
  'top-owners': 'cache.Shared',
} as const;

/** Rows of a question → the words of ANSWERS. */
export const TOLD: Readonly<Record<string, (row: Readonly<Record<string, unknown>>) => string>> = {
  release: (row) => `${row.service} ${row.before_version}→${row.after_version} ${row.what} ${row.name}`,
  'first-seen': (row) => `${row.service} ${row.what} ${row.name} ${row.first_version}`,
  outliers: (row) => `${row.service} ${row.what} ${row.name} ${row.host}`,
};
