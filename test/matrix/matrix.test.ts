/**
 * zoo on every Go version and in every build variation that goheap promises, against the runtime's heap dump. Writes what was
 * compared and each difference to docs/coverage.md. Takes minutes and downloads toolchains: not part of CI.
 */
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type Database from 'better-sqlite3';
import {afterAll, describe, expect, test} from 'vitest';
import {expectAgreement} from '../kit/expect-agreement.js';
import {expectStacks} from '../kit/expect-stacks.js';
import {typedShare} from '../kit/expect-types.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle, makeCore, readBuildSettings} from '../kit/live-cores.js';
import {computeAgreement} from '../oracle/agreement.js';
import {compareTraceback} from '../oracle/traceback.js';
import {readTruth} from '../oracle/truth.js';
import {coverageReport, type MatrixResult, type TypedBytes} from './coverage-report.js';
import {MATRIX} from './targets.js';

const REPORT = fileURLToPath(new URL('../../docs/coverage.md', import.meta.url));
/** The ELF type of position-independent executables. */
const ET_DYN = 3;
const results: MatrixResult[] = [];
const obstacle = findObstacle('gcc', 'qemu-aarch64');

describe.skipIf(obstacle !== undefined)('every version and variation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-matrix-'));
  afterAll(() => {
    rmSync(folder, {recursive: true});
    if (results.length === MATRIX.length) writeFileSync(REPORT, coverageReport(results));
  });

  test.each(MATRIX)('$name', async (target) => {
    const core = makeCore(target.name);
    const {version, settings} = readBuildSettings(core.executable);
    expect(version.startsWith(`go${target.version}`)).toBe(true);
    for (const [key, value] of Object.entries(target.settings)) expect(settings.get(key), key).toBe(value);
    expect(/X:(\S+)/.exec(version)?.[1] ?? '').toBe(target.experiment);
    const executable = readFileSync(core.executable);
    expect(executable.readUInt16LE(16) === ET_DYN, 'position independent').toBe(target.pie);
    expect(executable.includes('debug_info'), 'DWARF').toBe(!target.stripped);

    const database = openDatabase(await convertCore(core, join(folder, 'zoo.db')));
    const agreement = computeAgreement(database, core);
    const frames = existsSync(core.traceback) ? compareTraceback(database, core.traceback) : undefined;
    results.push({...target, agreement, frames, typed: sumTypedBytes(database), share: typedShare(database)});
    expectAgreement(agreement);
    expectStacks(database, readTruth(core.truth));
    if (frames) {
      expect(frames.differences).toEqual([]);
      expect(frames.compared).toBeGreaterThan(50);
    }
    const warnings = database.prepare("SELECT message FROM warnings WHERE code IN ('stack-incomplete', 'goroutine-unreadable')");
    expect(warnings.pluck().all()).toEqual([]);
    database.close();
  });
});

function sumTypedBytes(database: Database.Database): TypedBytes {
  const typed = 'o.evidence IS NOT NULL';
  const sum = (condition: string) => `coalesce(sum(o.size) FILTER (WHERE ${condition}), 0)`;
  return database
    .prepare(
      `SELECT sum(o.size) AS "all", ${sum(typed)} AS allTyped, ${sum('s.scan = 1')} AS pointers,
         ${sum(`s.scan = 1 AND ${typed}`)} AS pointersTyped FROM objects o JOIN spans s ON s.id = o.span_id`,
    )
    .get() as TypedBytes;
}
