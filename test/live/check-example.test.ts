/** The example of docs/checks.md: a Go test that captures itself and has its heap checked. It passes, and fails once sessions are left. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {arch, tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {spawnSync} from '../kit/child-process.js';
import {RUN} from '../kit/goheap.js';
import {findInstalledGo} from '../kit/live-cores.js';
import {ROOT} from '../kit/source-files.js';

describe.skipIf(findInstalledGo() === '' || arch() !== 'x64')('a Go test with goheap check', () => {
  test('passes, and fails on a leak', () => {
    const folder = mkdtempSync(join(tmpdir(), 'goheap-example-'));
    try {
      mkdirSync(join(folder, 'bin'));
      writeFileSync(join(folder, 'bin', 'goheap'), `#!/bin/sh\nexec '${process.execPath}' '${RUN}' "$@"\n`, {mode: 0o755});
      const goCache = spawnSync('go', ['env', 'GOCACHE'], {encoding: 'utf8'}).stdout.trim();
      const run = (leak: Readonly<Record<string, string>>) => {
        const env = {
          ...process.env,
          ...leak,
          PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
          XDG_CACHE_HOME: folder,
          GOCACHE: goCache, // else it would be below that folder, and empty
          GOFLAGS: '-mod=mod',
        };
        return spawnSync('go', ['test', '-count=1', './...'], {cwd: join(ROOT, 'docs/examples/leaktest'), env, encoding: 'utf8'});
      };
      expect(run({})).toMatchObject({status: 0, stdout: expect.stringMatching(/^ok/) as string});
      const leaking = run({PLANT_LEAK: '1'});
      expect(leaking.status).toBe(1);
      expect(leaking.stdout).toContain('live values of example.test/shop.Session: 1,000, more than the limit of 10');
    } finally {
      rmSync(folder, {recursive: true, force: true});
    }
  });
});
