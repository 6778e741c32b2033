/**
 * The child process that runs rules: one comes as a message, its verdicts go back as JSON. SQLite computes without a pause, so that a rule without an end is
 * ended with this process, by the one that started it.
 */
import {fileURLToPath} from 'node:url';
import {endWithParent, endWithParentAtOnce} from '../database/end-with-parent.js';
import {openDatabase} from '../sql/index.js';
import {failureOfError} from '../workers/request-error.js';
import type {WorkerMessage, WorkerReply} from '../workers/worker-messages.js';
import {checkRule} from './check-rule.js';
import type {Rule} from './rules.js';

/** The child's only argument, as JSON. */
export interface RuleConfig {
  readonly database: string;
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  endWithParent();
  endWithParentAtOnce();
  const {database: path} = JSON.parse(process.argv[2]!) as RuleConfig;
  const opening = openDatabase(path);
  opening.catch(() => {}); // the first rule says why
  const reply = async ({id, body}: WorkerMessage): Promise<WorkerReply> => {
    try {
      return {id, text: JSON.stringify(await checkRule(await opening, body as Rule))};
    } catch (error) {
      return {id, failure: failureOfError(error)};
    }
  };
  process.on('message', (message: WorkerMessage) => void reply(message).then((answer) => process.send?.(answer, () => {})));
}
