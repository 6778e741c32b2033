/**
 * The JSON report of vitest → "passed failed", and a line for each failure: its file, its name, the first line of what it says. A test file that
 * could not even be loaded has no tests: it counts as one failure.
 */
import {readFileSync} from 'node:fs';
import {relative} from 'node:path';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const failures = report.testResults.flatMap(({name, status, message, assertionResults}) => {
  const failed = assertionResults.filter((result) => result.status === 'failed');
  if (failed.length === 0 && status === 'failed') return [{name, title: 'cannot be loaded', message}];
  return failed.map(({fullName, failureMessages}) => ({name, title: fullName, message: failureMessages[0]}));
});
console.log(`${report.numPassedTests} ${failures.length}`);
for (const {name, title, message} of failures)
  console.log(`${relative('.', name)} > ${title}: ${(message ?? '').split('\n')[0].slice(0, 500)}`.replaceAll(/\s+/g, ' '));
