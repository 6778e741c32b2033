/**
 * The JSON report of vitest → "passed failed". A test file that could not even be loaded has no tests: it counts as one failure.
 */
import {readFileSync} from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const unloadable = report.testResults.filter(
  ({status, assertionResults}) => status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
);
console.log(`${report.numPassedTests} ${report.numFailedTests + unloadable.length}`);
