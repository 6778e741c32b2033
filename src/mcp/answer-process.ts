/**
 * The child process that answers: the name of a tool and its arguments come as a message, the answer goes back as text. Databases are opened when they are
 * first asked and stay open. Whatever computes without an end is ended with this process, by the one that started it.
 */
import {fileURLToPath} from 'node:url';
import {GoheapError} from '../base/errors.js';
import {remember} from '../base/remember.js';
import {endWithParent, endWithParentAtOnce} from '../database/end-with-parent.js';
import {LateValues} from '../database/late-values.js';
import type {DumpPlace} from '../database/stored-values.js';
import {openDatabase, type SqlDatabase} from '../sql/index.js';
import {failureOfError} from '../workers/request-error.js';
import type {WorkerMessage, WorkerReply} from '../workers/worker-messages.js';
import type {Asked, ToolArguments} from './asked.js';
import {answerText} from './bounded-text.js';
import {ANSWERS, answerDiff} from './tool-answers.js';
import type {ToolName} from './tool-list.js';

/** A dump, as the server knows it. */
export interface McpInput {
  readonly name: string; // for people
  readonly database: string;
  readonly dump: DumpPlace | undefined; // undefined for a database, which knows itself
}
/** The child's only argument, as JSON. */
export interface AnswerConfig {
  readonly inputs: readonly McpInput[];
  readonly contents: boolean; // whether strings of the dump may be in answers
}
type Numbers = ToolArguments & {readonly input?: number; readonly before?: number; readonly after?: number};

class ToolAnswers {
  readonly #config: AnswerConfig;
  readonly #open = new Map<number, Promise<SqlDatabase>>();
  readonly #values = new Map<number, LateValues>();

  constructor(config: AnswerConfig) {
    this.#config = config;
  }

  async run(tool: ToolName, args: Numbers): Promise<string> {
    if (tool !== 'diff') {
      const asked = await this.#ask(args.input ?? 1, args);
      return answerText(`${tool} of input ${asked.number}`, await ANSWERS[tool](asked));
    }
    const {before = 1, after = 2} = args;
    const [earlier, later] = [await this.#ask(before, args), await this.#ask(after, args)];
    return answerText(`diff of input ${before} and input ${after}`, await answerDiff(earlier, later));
  }

  async #ask(number: number, args: ToolArguments): Promise<Asked> {
    const {inputs, contents} = this.#config;
    const input = inputs[number - 1];
    if (input === undefined)
      throw new GoheapError('usage', `input ${number}: there ${inputs.length === 1 ? 'is one' : `are ${inputs.length}`}`, {
        hint: `goheap mcp INPUT… takes several; info lists them.`,
      });
    const database = await remember(this.#open, number, () => openDatabase(input.database));
    const values = contents ? remember(this.#values, number, () => new LateValues(input.database, input.dump)) : undefined;
    return {number, database, args, values, inputs: inputs.map(({name}) => name)};
  }
}

async function reply(answers: ToolAnswers, {id, task, body}: WorkerMessage): Promise<WorkerReply> {
  try {
    return {id, text: await answers.run(task as ToolName, body as Numbers)};
  } catch (error) {
    return {id, failure: failureOfError(error)};
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  endWithParent();
  endWithParentAtOnce(); // a model's statement may never end
  const answers = new ToolAnswers(JSON.parse(process.argv[2]!) as AnswerConfig);
  process.on('message', (message: WorkerMessage) => {
    void reply(answers, message).then((text) => process.send?.(text, () => {}));
  });
}
