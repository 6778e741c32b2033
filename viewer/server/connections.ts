/**
 * Which connections a server keeps: as many as a page needs and more, but whoever has no token cannot take the place of those who have. When there are
 * too many, the oldest one goes that never brought a token.
 */
import type {Server} from 'node:http';
import type {Socket} from 'node:net';

const MOST_CONNECTIONS = 200;

export class Connections {
  readonly #unknown = new Set<Socket>(); // in the order in which they came
  readonly #known = new Set<Socket>();

  /** Looks after the connections of a server from now on. */
  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.#unknown.add(socket);
      socket.once('close', () => {
        this.#unknown.delete(socket);
        this.#known.delete(socket);
      });
      if (this.#unknown.size + this.#known.size > MOST_CONNECTIONS) this.#unknown.values().next().value!.destroy();
    });
  }
  /** The connection brought the token. */
  trust(socket: Socket): void {
    if (this.#unknown.delete(socket)) this.#known.add(socket);
  }
}
