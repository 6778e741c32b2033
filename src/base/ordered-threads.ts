/**
 * Tasks for threads, results in the order of the tasks: whatever the number of threads and whoever is done first, whoever joins the results sees the
 * same. A thread gets its input once and then a task a message; it answers each with one message.
 */
import {Worker} from 'node:worker_threads';

/** Tasks that a thread may be ahead of the results that were taken: these wait in memory. */
const AHEAD = 3;

export interface ThreadJob<Task> {
  readonly entry: URL; // a compiled file
  readonly input: unknown; // its workerData
  readonly tasks: readonly Task[];
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with what a thread throws, or `signal.reason`. The threads end with the iteration, however that ends. */
export async function* runInThreads<Task, Result>({entry, input, tasks, threads, signal}: ThreadJob<Task>): AsyncGenerator<Result> {
  signal?.throwIfAborted();
  const results = new Map<number, Result>(); // by task
  const idle: Worker[] = [];
  let begun = 0;
  let failure: {readonly error: unknown} | undefined;
  let wake = () => {};
  const fail = (error: unknown) => {
    failure ??= {error};
    wake();
  };
  const workers = Array.from({length: Math.min(threads, tasks.length)}, () => {
    const worker = new Worker(entry, {workerData: input});
    let task = -1;
    const begin = () => {
      task = begun++;
      worker.postMessage(tasks[task]);
    };
    worker.on('message', (result: Result) => {
      results.set(task, result);
      idle.push(worker);
      wake();
    });
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`A thread ended with code ${code}.`)));
    return {worker, begin};
  });
  const abort = () => fail(signal?.reason);
  signal?.addEventListener('abort', abort, {once: true});
  try {
    const beginOf = new Map(workers.map(({worker, begin}) => [worker, begin]));
    idle.push(...beginOf.keys());
    for (let taken = 0; taken < tasks.length; ) {
      while (idle.length > 0 && begun < Math.min(tasks.length, taken + AHEAD * workers.length)) beginOf.get(idle.pop()!)!();
      const result = results.get(taken);
      if (failure) throw failure.error;
      if (result !== undefined) {
        results.delete(taken++);
        yield result;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    for (const {worker} of workers) void worker.terminate();
  }
}
