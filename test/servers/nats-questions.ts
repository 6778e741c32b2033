/** nats-server, loaded so that it has what the five questions are about. */
import type {Investigated} from './investigations.js';
import {createStream, JETSTREAM, LONGEST_LINE, NatsClient, publishOrders} from './nats-jetstream.js';
import {inParallel} from './requests.js';

const MESSAGES_AT_FIRST = 5_000;
const MESSAGES = 40_000;
const CLIENTS = 10_000;
const CONNECTING = 50;
/** Lines that subscribe, and are nearly all blanks: the server keeps a subject and a number as parts of the whole line. */
const PADDED = 8;
const SUBJECT = 'padded';
const SUBSCRIPTION = '1';

export const NATS_INVESTIGATED: Investigated = {
  server: JETSTREAM,
  begin: async (ports) => {
    const publisher = await NatsClient.connect(ports);
    await createStream(publisher, 0);
    await publishOrders(publisher, 0, 0, MESSAGES_AT_FIRST);
    return () => publisher.end();
  },
  grow: async (ports) => {
    const clients: NatsClient[] = [];
    await inParallel(CLIENTS, CONNECTING, async () => void clients.push(await NatsClient.connect(ports)));
    await publishOrders(clients[0]!, 0, MESSAGES_AT_FIRST, MESSAGES);
    for (const client of clients.slice(0, PADDED)) {
      client.send(`SUB ${SUBJECT}${' '.repeat(LONGEST_LINE - SUBJECT.length - SUBSCRIPTION.length)}${SUBSCRIPTION}\r\n`);
      await client.ping();
    }
    return () => {
      for (const client of clients) client.end();
    };
  },
  count: async ({peer}) => {
    const ask = async (what: string) => (await (await fetch(`http://127.0.0.1:${peer}/${what}`)).json()) as Record<string, number>;
    const [{messages, bytes}, {connections}] = [await ask('jsz'), await ask('varz')];
    return {messages: messages!, bytes: bytes!, connections: connections!};
  },
  expected: (before, after) => ({
    map: {type: 'server.StoreMsg', objects: after.messages!, path: /\.msgs\[…\]/},
    goroutines: {entry: 'server.(*client).writeLoop', count: after.connections!, state: 'sync.Cond.Wait', line: /client\.go:\d+/},
    pinned: {path: /\.subject\b/, arrays: PADDED, length: LONGEST_LINE, used: SUBJECT.length + SUBSCRIPTION.length},
    cleared: {holder: /\bmset\b/, field: /store \S*server\.StreamStore/, name: 'store', least: after.bytes!},
    changed: {type: 'server.StoreMsg', before: before.messages!, after: after.messages!, path: /\.msgs\[…\]/},
  }),
};
