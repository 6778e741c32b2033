/** The server around badger, loaded so that it has what the five questions are about. */
import {BADGER} from './badger-server.js';
import type {Investigated} from './investigations.js';
import type {Ports} from './loaded-server.js';
import {get, inParallel, post} from './requests.js';

const VISITORS_AT_FIRST = 5_000;
const VISITORS = 60_000;
const VISITORS_A_REQUEST = 1_000;
const HURRIED = 10_000;
const DOCUMENTS = 8;
const DOCUMENT_BYTES = 4 << 20;
const HEAD_BYTES = 64;
/** Of a visit in its map at least: the struct, and the key's text. */
const VISIT_BYTES = 64;

export const BADGER_INVESTIGATED: Investigated = {
  server: BADGER,
  begin: async (ports) => {
    await visit(ports, 0, VISITORS_AT_FIRST);
    return () => undefined;
  },
  grow: async (ports) => {
    await visit(ports, VISITORS_AT_FIRST, VISITORS);
    await inParallel(HURRIED, 8, () => get(`http://127.0.0.1:${ports.serve}/hurry`));
    const text = 'a document of many words. '.repeat(DOCUMENT_BYTES / 16).slice(0, DOCUMENT_BYTES);
    await inParallel(DOCUMENTS, 1, (index) => post(`http://127.0.0.1:${ports.serve}/document?name=${index}`, text));
    return () => undefined;
  },
  count: async ({serve}) => (await (await fetch(`http://127.0.0.1:${serve}/counts`)).json()) as Record<string, number>,
  expected: (before, after) => ({
    map: {type: 'main.visit', objects: after.visits!, path: /\.visits\[…\]/},
    goroutines: {entry: 'main.(*store).hurry.func1', count: after.hurried!, state: 'chan send', line: /main\.go:\d+/},
    pinned: {path: /\.heads\[…\]/, arrays: after.documents!, length: DOCUMENT_BYTES, used: HEAD_BYTES},
    cleared: {holder: /main\.served(?!\.)/, field: /visits map/, name: 'visits', least: after.visits! * VISIT_BYTES},
    changed: {type: 'main.visit', before: before.visits!, after: after.visits!, path: /\.visits\[…\]/},
  }),
};

async function visit({serve}: Ports, from: number, to: number): Promise<void> {
  await inParallel((to - from) / VISITORS_A_REQUEST, 4, (request) => {
    const first = from + request * VISITORS_A_REQUEST;
    const names = Array.from({length: VISITORS_A_REQUEST}, (_, index) => `visitor-${first + index}`);
    return post(`http://127.0.0.1:${serve}/visit`, names.join('\n'));
  });
}
