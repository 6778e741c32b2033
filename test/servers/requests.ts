/** Many requests, a few at a time. */
import {Agent, request} from 'node:http';

const agent = new Agent({keepAlive: true, maxSockets: 16});

/** Throws when the status says that it failed. */
export function post(address: string, body: string, method = 'POST'): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(address, {method, agent, headers: {'content-length': Buffer.byteLength(body)}}, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.once('end', () => {
        if (answer.statusCode! < 300) resolve();
        else reject(new Error(`${address}: ${answer.statusCode} ${Buffer.concat(parts)}`));
      });
      answer.once('error', reject);
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

export function get(address: string): Promise<void> {
  return post(address, '', 'GET');
}

/** Calls `act` with 0 … count − 1, at most `atOnce` of them at a time. */
export async function inParallel(count: number, atOnce: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({length: atOnce}, work));
}
