/** nats-server: messages between clients, and streams of them that it keeps. */
import {writeFileSync} from 'node:fs';
import {connect, type Socket} from 'node:net';
import {join} from 'node:path';
import type {LoadedServer, Ports} from './loaded-server.js';

const STREAMS = 3;
const MESSAGES = 40_000; // in each stream
const BATCH = 1_000;
const CLIENTS = 20;
const SUBSCRIPTIONS = 1_000; // of each client
/** Bytes of what stands behind the first word of a line of the protocol. */
export const LONGEST_LINE = 4 << 20;

export const JETSTREAM: LoadedServer = {
  name: 'nats-server',
  module: 'github.com/nats-io/nats-server/v2@v2.15.3',
  package: 'github.com/nats-io/nats-server/v2',
  start: (folder, {serve, peer, load}) => {
    writeFileSync(join(folder, 'nats.conf'), `max_control_line: ${LONGEST_LINE}\n`);
    const ports = ['--port', String(serve), '--http_port', String(peer), '--profile', String(load)];
    return ['--config', 'nats.conf', '--addr', '127.0.0.1', ...ports, '-js', '-sd', 'data'];
  },
  ready: ({peer}) => `http://127.0.0.1:${peer}/healthz`,
  load: async (ports) => {
    const clients = await Promise.all(Array.from({length: CLIENTS}, () => NatsClient.connect(ports)));
    const [publisher] = clients;
    for (const [number, client] of clients.entries()) {
      for (let subject = 0; subject < SUBSCRIPTIONS; subject++) client.send(`SUB orders.${number}.${subject} ${subject + 1}\r\n`);
      await client.ping();
    }
    for (let stream = 0; stream < STREAMS; stream++) {
      await createStream(publisher!, stream);
      await publishOrders(publisher!, stream, 0, MESSAGES);
    }
    return () => {
      for (const client of clients) client.end();
    };
  },
  pprof: 'load',
  how: `${STREAMS} streams in memory of ${MESSAGES.toLocaleString('en-US')} messages each, ${CLIENTS} clients with ${SUBSCRIPTIONS.toLocaleString('en-US')} subscriptions each`,
  expected: {
    holders: [
      {name: /server\.(?:stream|memStore)$/, gathers: /server\.StoreMsg$/, least: STREAMS * MESSAGES},
      {name: /server\.(?:Account|Sublist)$/, gathers: /server\.(?:level|node|subscription)$/, least: CLIENTS * SUBSCRIPTIONS},
    ],
    owners: [/server\.StoreMsg$/],
  },
};

/** In memory. */
export async function createStream(publisher: NatsClient, stream: number): Promise<void> {
  const config = {name: `S${stream}`, subjects: [`shop.${stream}.*`], storage: 'memory', retention: 'limits', num_replicas: 1};
  publisher.publish(`$JS.API.STREAM.CREATE.S${stream}`, JSON.stringify(config), '_INBOX.created');
  await publisher.ping();
}

/** Messages from … to − 1. */
export async function publishOrders(publisher: NatsClient, stream: number, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += BATCH) {
    for (let message = first; message < Math.min(first + BATCH, to); message++)
      publisher.publish(`shop.${stream}.${message % 100}`, `order ${message} ${'of goods '.repeat(30)}`);
    await publisher.ping();
  }
}

/** As much of the protocol as is needed: https://docs.nats.io/reference/reference-protocols/nats-protocol. */
export class NatsClient {
  readonly #socket: Socket;
  #awaited: {readonly resolve: () => void; readonly reject: (reason: Error) => void}[] = []; // answers to pings

  private constructor(socket: Socket) {
    this.#socket = socket;
    let last = '';
    socket.once('close', () => {
      for (const {reject} of this.#awaited) reject(new Error('the server closed the connection'));
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      const lines = (last + text).split('\r\n');
      last = lines.pop()!;
      for (const line of lines) {
        if (line === 'PONG') this.#awaited.shift()?.resolve();
        if (line === 'PING') this.send('PONG\r\n');
        if (line.startsWith('-ERR')) socket.destroy(new Error(line));
      }
    });
  }

  static async connect({serve}: Ports): Promise<NatsClient> {
    const client = new NatsClient(connect(serve, '127.0.0.1'));
    client.#socket.on('error', () => undefined); // the server is ended amid its connections
    client.send('CONNECT {"verbose":false,"pedantic":false,"lang":"goheap","version":"1","headers":true}\r\n');
    await client.ping();
    return client;
  }
  send(line: string): void {
    this.#socket.write(line);
  }
  publish(subject: string, body: string, reply = ''): void {
    this.send(`PUB ${subject} ${reply} ${Buffer.byteLength(body)}\r\n${body}\r\n`);
  }
  /** Resolves when the server has seen what was sent before. */
  ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#awaited.push({resolve, reject});
      this.send('PING\r\n');
    });
  }
  end(): void {
    this.#socket.destroy();
  }
}
