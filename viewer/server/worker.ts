/**
 * The child process that reads the database: tasks come as messages, answers go back as JSON text.
 */
import {fileURLToPath} from 'node:url';
import {endWithParent} from '../../src/database/end-with-parent.js';
import {failureOfError} from './failures.js';
import {Tasks} from './tasks.js';
import type {WorkerConfig, WorkerMessage, WorkerReply} from './worker-messages.js';

async function answer(tasks: Tasks, {id, task, body}: WorkerMessage): Promise<WorkerReply> {
  try {
    return {id, text: await tasks.run(task, body)};
  } catch (error) {
    return {id, failure: failureOfError(error)};
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  endWithParent();
  const tasks = new Tasks(JSON.parse(process.argv[2]!) as WorkerConfig);
  process.on('message', (message: WorkerMessage) => {
    void answer(tasks, message).then((reply) => process.send?.(reply, () => {}));
  });
}
