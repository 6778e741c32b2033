/**
 * A report → JSON: docs/json/report.schema.json. Rows are as the commands give them that have them.
 */
import {holderJson} from '../cli/holder-text.js';
import type {Report} from './read-report.js';

export function reportJson(report: Report): object {
  return {
    ...report,
    findings: report.findings.map((row) => ({...row, evidence: JSON.parse(row.evidence!)})),
    holders: report.holders.map(holderJson),
  };
}
