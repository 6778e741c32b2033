/**
 * zoo on every Go version and in every build variation that goheap promises, against the runtime's heap dump. Writes what was
 * compared and each difference to docs/coverage-1.22-1.27.md. Takes minutes and downloads toolchains: not part of CI.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, test} from 'vitest';
import {expectAgreement} from '../kit/expect-agreement.js';
import {convertCore, openDatabase} from '../kit/goheap.js';
import {findObstacle, makeCore, readBuildSettings} from '../kit/live-cores.js';
import {computeAgreement} from '../oracle/agreement.js';
import {coverageReport, type MatrixResult} from './coverage-report.js';
import {MATRIX} from './targets.js';

const REPORT = fileURLToPath(new URL('../../docs/coverage-1.22-1.27.md', import.meta.url));
const results: MatrixResult[] = [];

describe.skipIf(findObstacle() !== undefined)('every version and variation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-matrix-'));
  afterAll(() => {
    rmSync(folder, {recursive: true});
    if (results.length === MATRIX.length) writeFileSync(REPORT, coverageReport(results));
  });

  test.each(MATRIX)('$name', (target) => {
    const core = makeCore(target.name);
    const {version, settings} = readBuildSettings(core.executable);
    expect(version.startsWith(`go${target.version}`)).toBe(true);
    for (const [key, value] of Object.entries(target.settings)) expect(settings.get(key), key).toBe(value);
    expect(/X:(\S+)/.exec(version)?.[1] ?? '').toBe(target.experiment);

    const database = openDatabase(convertCore(core, join(folder, 'zoo.db')));
    const agreement = computeAgreement(database, core);
    results.push({...target, agreement});
    expectAgreement(agreement);
    database.close();
  });
});
