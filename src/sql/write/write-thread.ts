/**
 * The entry of the thread that `write-aside` starts: a database, from the first message to the last.
 */
import {parentPort, workerData} from 'node:worker_threads';
import type {AsideRows, Batches} from '../../base/column-batch.js';
import {NewDatabase} from './create-database.js';
import {toSentError} from './sent-error.js';
import type {WriteMessage, WrittenMessage} from './write-aside.js';
import {writeTable} from './write-table.js';

const port = parentPort!; // this file is only ever run as a thread
const send = (message: WrittenMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
const {path, schema} = workerData as {readonly path: string; readonly schema: string};
let database: NewDatabase | undefined;
let before = Promise.resolve();

async function take(message: WriteMessage): Promise<void> {
  database ??= new NewDatabase(path, schema);
  if ('begin' in message) database.begin(message.begin);
  else if ('make' in message) {
    const batches = await loadMaker(message.make.aside);
    await writeTable(database, {...message.make, aside: undefined, batches}, {onProgress: (...progress) => send({progress})});
  } else if ('end' in message) database.end();
  else if ('batch' in message) {
    database.add(message.batch);
    send({buffer: message.buffer}, [message.buffer]);
  } else {
    if ('show' in message) database.show();
    else database.finish();
    send({done: true});
  }
}

async function loadMaker({module, maker, input}: AsideRows): Promise<() => Batches> {
  const makers = (await import(module)) as Record<string, (input: unknown) => Batches>;
  return () => makers[maker]!(input);
}

async function takeAfter(earlier: Promise<void>, message: WriteMessage): Promise<void> {
  await earlier;
  try {
    await take(message);
  } catch (error) {
    send({failure: toSentError(error)});
    database?.close();
    port.removeAllListeners('message');
    await new Promise(() => {}); // nothing comes after it
  }
}

port.on('message', (message: WriteMessage) => {
  before = takeAfter(before, message);
});
