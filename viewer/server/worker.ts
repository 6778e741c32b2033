/**
 * The child process that reads the database: tasks come as messages, answers go back as JSON text.
 */
import {fileURLToPath} from 'node:url';
import {endWithParent} from '../../src/database/end-with-parent.js';
import {failureOfError} from '../../src/workers/request-error.js';
import type {WorkerMessage, WorkerReply} from '../../src/workers/worker-messages.js';
import type {WorkerConfig} from './database-file.js';
import {Tasks} from './tasks.js';

const INTERVAL_MS = 100;

async function answer(tasks: Tasks, {id, task, body}: WorkerMessage): Promise<WorkerReply> {
  let sentMs = 0;
  const onProgress = (stage: string, done: number, total: number) => {
    if (performance.now() - sentMs < INTERVAL_MS) return;
    sentMs = performance.now();
    process.send?.({id, progress: {stage, done, total}} satisfies WorkerReply, () => {});
  };
  try {
    return {id, text: await tasks.run(task, body, {onProgress})};
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
