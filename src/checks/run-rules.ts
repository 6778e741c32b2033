/**
 * Rules → their verdicts, from a process of their own that is ended when one takes too long or too much memory. What goes wrong with a rule names it and its file.
 */
import {type ErrorCode, GoheapError} from '../base/errors.js';
import type {Failure} from '../base/failure.js';
import type {Work} from '../base/progress.js';
import {RequestError} from '../workers/request-error.js';
import {WorkerProcess} from '../workers/worker-process.js';
import type {RuleConfig} from './rule-process.js';
import type {Rule} from './rules.js';
import {type Verdict, verdict} from './verdict.js';

const ENTRY = new URL('./rule-process.js', import.meta.url);
/** Of one rule, beyond what its process has anyway. */
const MEGABYTES = 4000;
const LACKS_CONTENTS = 'it reads the bytes of objects, which only a database made with --contents full has';

export interface RuleLimits {
  readonly hasContents: boolean;
  /** For each of the rules. */
  readonly seconds: number;
}

/** `database`: its path. Throws `limit` for a rule that takes too much, `usage` for one that is wrong; rejects with `signal.reason` when aborted. */
export async function runRules(
  database: string,
  rules: readonly Rule[],
  {hasContents, seconds}: RuleLimits,
  {signal = new AbortController().signal, onProgress}: Work,
): Promise<Verdict[]> {
  const config: RuleConfig = {database};
  const worker = new WorkerProcess(config, {seconds, megabytes: MEGABYTES, endsUnwanted: true}, ENTRY);
  try {
    const verdicts: Verdict[] = [];
    for (const [index, rule] of rules.entries()) {
      signal.throwIfAborted();
      onProgress?.(`rule ${rule.name}`, index, rules.length);
      if (rule.needsContents && !hasContents) verdicts.push(verdict(rule.name, null, LACKS_CONTENTS, {about: rule.title}));
      else verdicts.push(...(await runRule(worker, rule, signal)));
    }
    return verdicts;
  } finally {
    worker.close();
  }
}

async function runRule(worker: WorkerProcess, rule: Rule, signal: AbortSignal): Promise<Verdict[]> {
  try {
    return JSON.parse(await worker.run('rule', rule, signal)) as Verdict[];
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof RequestError ? ruleError(rule, error.failure) : error;
  }
}

function ruleError({name, file}: Rule, {code, message, hint}: Failure): Error {
  const text = `rule ${name} (${file}): ${message}`;
  if (code === 'internal') return new Error(text);
  const isTooMuch = code === 'limit';
  return new GoheapError(code as ErrorCode, text, {hint: isTooMuch ? 'Let it look at less, or give it longer: --rule-seconds N.' : hint});
}
