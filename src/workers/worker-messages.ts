/**
 * What passes between a process and a child that answers for it (worker-process.ts).
 */
import type {Failure} from '../base/failure.js';
import type {StageProgress} from '../base/stage-progress.js';

export interface WorkerMessage {
  readonly id: number;
  readonly task: string;
  readonly body: object;
}
/** Has `text` or `failure`; `progress` alone while the answer is being made. */
export interface WorkerReply {
  readonly id: number;
  readonly progress?: StageProgress;
  readonly text?: string;
  readonly failure?: Failure;
}
