/**
 * The entry of the thread that `write-aside` starts: a database, from the first message to the last.
 */
import {parentPort, workerData} from 'node:worker_threads';
import {NewDatabase} from './create-database.js';
import {toSentError} from './sent-error.js';
import type {WriteMessage, WrittenMessage} from './write-aside.js';

const port = parentPort!; // this file is only ever run as a thread
const send = (message: WrittenMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
const {path, schema} = workerData as {readonly path: string; readonly schema: string};
let database: NewDatabase | undefined;

function take(message: WriteMessage): void {
  database ??= new NewDatabase(path, schema);
  if ('begin' in message) database.begin(message.begin);
  else if ('end' in message) database.end();
  else if ('batch' in message) {
    database.add(message.batch);
    send({buffer: message.buffer}, [message.buffer]);
  } else {
    if ('show' in message) database.show();
    else database.finish();
    send({done: true});
  }
}

port.on('message', (message: WriteMessage) => {
  try {
    take(message);
  } catch (error) {
    send({failure: toSentError(error)});
    database?.close();
    port.removeAllListeners('message');
  }
});
