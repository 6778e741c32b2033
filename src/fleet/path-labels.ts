/**
 * Labels of dumps in a fleet: those that are given for all, and those that the place of each file tells, by a regular expression with named groups.
 */
import {resolve} from 'node:path';
import type {GivenLabels} from '../../formats/parquet/dump-labels.js';
import {GoheapError} from '../base/errors.js';

const LONGEST = 1000;
const OWN: readonly string[] = ['service', 'version', 'host'];

/** Throws `usage` where the expression does not match the path: no dump shall get into a fleet without its labels. */
export function labelsOfPath(input: string, given: GivenLabels, pattern: RegExp | undefined): GivenLabels {
  const long = [given.service, given.version, given.host, ...(given.label ?? [])].find((text) => (text?.length ?? 0) > LONGEST);
  if (long !== undefined) throw new GoheapError('usage', `a label of ${long.length} characters`, {hint: `Labels have ${LONGEST} at most.`});
  if (pattern === undefined) return given;
  const groups = pattern.exec(resolve(input))?.groups;
  if (groups === undefined)
    throw new GoheapError('usage', `${input}: its path does not match ${pattern.source}`, {
      hint: 'Leave the file out, or change --from-path.',
    });
  const found = Object.entries(groups).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const others = found.filter(([name]) => !OWN.includes(name)).map(([name, value]) => `${name}=${value}`);
  return {
    ...Object.fromEntries(found.filter(([name]) => OWN.includes(name))),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    label: [...others, ...(given.label ?? [])],
  };
}

/** Throws `usage` for what is no expression with a named group. */
export function readPathPattern(text: string): RegExp {
  try {
    const pattern = new RegExp(text);
    if (/\(\?<[^=!]/.test(text)) return pattern;
  } catch (error) {
    throw new GoheapError('usage', `--from-path: ${(error as Error).message}`, {hint: HINT, cause: error});
  }
  throw new GoheapError('usage', '--from-path: no named group', {hint: HINT});
}
const HINT = "For example --from-path '/(?<service>[^/]+)/(?<host>[^/]+)/core'.";
