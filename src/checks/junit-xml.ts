/**
 * Verdicts → JUnit's XML, which systems for continuous integration show as tests: https://github.com/testmoapp/junitxml. What the dump cannot say is skipped.
 */
import {escapeMarkup} from '../base/escape-markup.js';
import type {Verdict} from './verdict.js';

export function junitXml(verdicts: readonly Verdict[], suite: string): string {
  const count = (passed: boolean | null) => verdicts.filter((verdict) => verdict.passed === passed).length;
  const counts = `tests="${verdicts.length}" failures="${count(false)}" errors="0" skipped="${count(null)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="goheap check" ${counts}>
<testsuite name="${escapeMarkup(suite)}" ${counts}>
${verdicts.map(testcase).join('\n')}
</testsuite>
</testsuites>
`;
}

function testcase({check, about, passed, message, fix}: Verdict): string {
  const head = `<testcase classname="goheap.${escapeMarkup(check)}" name="${escapeMarkup([check, about].filter((part) => part !== '').join(': '))}"`;
  if (passed === true) return `${head}/>`;
  if (passed === null) return `${head}><skipped message="${escapeMarkup(message)}"/></testcase>`;
  return `${head}><failure message="${escapeMarkup(message)}" type="${escapeMarkup(check)}">${escapeMarkup(fix)}</failure></testcase>`;
}
