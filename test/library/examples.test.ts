/** The examples of docs/examples do what they say: on graphs of text, and on a recorded core. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {biggest} from '../../docs/examples/biggest.js';
import leak from '../../docs/examples/leak.js';
import {ndjson} from '../../docs/examples/ndjson.js';
import {bytesByTenant} from '../../docs/examples/tenants.js';
import {writeHeap} from '../../src/index.js';
import {memory} from '../kit/bytes-in-memory.js';
import {unpackFixture} from '../kit/fixtures.js';
import {heapFromText} from '../kit/library-heap.js';
import {temporaryFolder} from '../kit/small-database.js';

const SESSIONS = 0xc000000000;
const STRINGS = 0xc000002000;
const SIZE = 40;
const BYTES = memory({
  [SESSIONS]: [STRINGS, 4, STRINGS + 8, 5, 1, STRINGS, 4, STRINGS + 8, 5, 0, 0x10, 4, 0x10, 5, 0],
  [STRINGS]: ['s-42....acme....'],
});
const heap = heapFromText(
  `type main.Session ${SIZE} ID@0:string Tenant@16:string closed@32:bool
   type main.Server 24 sessions@0:[]*main.Session
   s1 : main.Session; s2 : main.Session; s3 : main.Session
   text : uint8 x16 noscan
   s1 -> 0=text 16=text:8; s2 -> 0=text 16=text:8
   global main.server : main.Server -> 0=list
   list : *main.Session x3 evidence=element -> s1 s2 s3`,
  BYTES,
);

test('leak: closed sessions and who holds them', async () => {
  expect([...leak.run(await heap.analyze())]).toEqual([{node: 2, message: 's-42 held by main.server.sessions[0]'}]);
});

test('tenants: bytes by tenant, with the reason where a name is missing', async () => {
  expect(bytesByTenant(await heap.analyze())).toEqual([
    ['acme.', 2 * SIZE + 16],
    ['(unmapped)', SIZE],
  ]);
});

test('ndjson: a line per object', async () => {
  const path = join(temporaryFolder(), 'out.ndjson');
  await writeHeap(heap, ndjson, path, {});
  expect(readFileSync(path, 'utf8').split('\n')).toEqual([
    '[2,"main.Session",40]',
    '[3,"main.Session",40]',
    '[4,"main.Session",40]',
    '[5,"uint8",16]',
    '[6,"*main.Session",160]',
    '',
  ]);
});

test('biggest: on a recorded core', async () => {
  const {core, executable} = unpackFixture('tiny-1.26.8');
  const lines = await biggest(core, executable, 3);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^262144 bytes {2}\[262144\]uint8 {2}held by main\.truthBuf$/);
});
