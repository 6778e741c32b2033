/**
 * The JSON report of vitest → "passed failed", and a line for each failure, and for each test that passed in its second try: its file, its name, the
 * first line of what it says. A test file that could not even be loaded has no tests: it counts as one failure.
 */
import {readFileSync} from 'node:fs';
import {relative} from 'node:path';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const troubles = report.testResults.flatMap(({name, status, message, assertionResults}) => {
  const failed = assertionResults.filter((result) => result.status === 'failed');
  if (failed.length === 0 && status === 'failed') return [{kind: 'FAILED', name, title: 'cannot be loaded', message}];
  const repeated = assertionResults.filter((result) => result.status === 'passed' && result.failureMessages.length > 0);
  const inKind =
    (kind) =>
    ({fullName, failureMessages}) => ({kind, name, title: fullName, message: failureMessages[0]});
  return [...failed.map(inKind('FAILED')), ...repeated.map(inKind('SECOND TRY'))];
});
console.log(`${report.numPassedTests} ${troubles.filter(({kind}) => kind === 'FAILED').length}`);
for (const {kind, name, title, message} of troubles)
  console.log(`${kind}: ${relative('.', name)} > ${title}: ${(message ?? '').split('\n')[0].slice(0, 500)}`.replaceAll(/\s+/g, ' '));
