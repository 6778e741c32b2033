/** A service that captures itself, by the Go module in capture: its core is the graph that gdb's core of the same process is, and what the service says it holds. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, test} from 'vitest';
import {execFileSync} from '../kit/child-process.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle} from '../kit/live-cores.js';
import {RunningProgram} from '../kit/running-program.js';

const MODULE = fileURLToPath(new URL('../../capture', import.meta.url));
/** The shares of objects and pointers that both cores must agree in: the service answered a request between them. */
const AGREED = 0.999;

interface Captured {
  readonly kind: string;
  readonly path: string;
  readonly build_id: string;
  readonly pause_ns: number;
  readonly elapsed_ns: number;
}

describe.skipIf(findObstacle() !== undefined || process.arch !== 'x64')('a service that captures itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-capture-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test('has the graph that gcore finds', async () => {
    const executable = join(folder, 'example');
    execFileSync('go', ['build', '-o', executable, './example'], {cwd: MODULE, env: {...process.env, GOFLAGS: '', CGO_ENABLED: '0'}});
    const service = await RunningProgram.start(executable, [join(folder, 'cores')], folder);
    try {
      const url = service.lines('at')[0]![0]!;
      const before = Date.now();
      const response = await fetch(url, {method: 'POST', headers: {'Goheap-Capture': '1'}});
      const after = Date.now();
      expect(response.status).toBe(200);
      const captured = (await response.json()) as Captured;
      expect(captured.kind).toBe('core');
      expect(captured.pause_ns).toBeLessThan(captured.elapsed_ns);
      const own = await readCore(captured.path, executable, join(folder, 'own.db'));
      const gdb = await readCore(service.gcore().core, executable, join(folder, 'gdb.db'));

      const sessions = Number(service.lines('sessions')[0]![0]);
      expect([own.sessions, gdb.sessions]).toEqual([sessions, sessions]);
      for (const count of ['objects', 'edges'] as const) {
        expect(Math.min(own[count], gdb[count]) / Math.max(own[count], gdb[count]), count).toBeGreaterThan(AGREED);
      }
      expect(own.meta).toMatchObject({
        build_id: captured.build_id,
        pid: service.pid,
        trigger: 'http',
        labels: 'service=example',
        complete: 1,
      });
      expect(own.warnings).toEqual([]);
      const dumped = Date.parse(String(own.meta.dumped_at));
      expect(dumped).toBeGreaterThanOrEqual(before - 1);
      expect(dumped).toBeLessThanOrEqual(after);
      expect(own.meta.process_identity).toBe(gdb.meta.process_identity);
    } finally {
      await service.end();
    }
  });
});

async function readCore(core: string, executable: string, path: string) {
  const database = openDatabase(await convertCore({core, executable}, path));
  const count = (sql: string) => database.prepare(sql).pluck().get() as number;
  const read = {
    objects: count('SELECT count(*) FROM objects WHERE reachable'),
    edges: count('SELECT count(*) FROM edges JOIN objects ON id = source_id WHERE reachable'),
    sessions: count("SELECT count(*) FROM objects JOIN types ON types.id = type_id WHERE name = 'main.Session' AND reachable"),
    warnings: database.prepare('SELECT code FROM warnings').pluck().all(),
    meta: Object.fromEntries(database.prepare('SELECT key, value FROM meta').raw().all() as [string, unknown][]),
  };
  database.close();
  return read;
}
