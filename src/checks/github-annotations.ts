/**
 * Verdicts → the commands that GitHub's runners read from standard output and show as annotations:
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions. What passed has none.
 */
import {printable} from '../base/printable.js';
import type {Verdict} from './verdict.js';

export function githubAnnotations(verdicts: readonly Verdict[]): string[] {
  return verdicts
    .filter(({passed}) => passed !== true)
    .map(({check, about, passed, message, fix}) => {
      const title = [`goheap ${check}`, about].filter((part) => part !== '').join(': ');
      return `::${passed === null ? 'notice' : 'error'} title=${property(title)}::${escaped([message, fix].filter((part) => part !== '').join(' '))}`;
    });
}

function escaped(value: string): string {
  return printable(value).replaceAll('%', '%25');
}
function property(value: string): string {
  return escaped(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
