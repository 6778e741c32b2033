/**
 * From a running process into the browser: the button of the handler's page, `goheap capture URL --view`, and a process in namespaces of its own, as a
 * container's is.
 */
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Browser} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {heading, launchBrowser, openTab} from '../kit/browser.js';
import {buildService} from '../kit/captured-service.js';
import {type ChildProcess, spawn, spawnSync} from '../kit/child-process.js';
import {RUN, runGoheap} from '../kit/goheap.js';
import {findObstacle} from '../kit/live-cores.js';
import {RunningProgram} from '../kit/running-program.js';
import {descendantsOf, isRunning, until} from '../kit/viewer-process.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('The page of capture.Handler is not tested: no Chromium.');
const canUnshare = spawnSync('unshare', ['--pid', '--mount', '--fork', '--mount-proc', 'true']).status === 0;
const NAMESPACES = ['--pid', '--mount', '--fork', '--mount-proc', '--kill-child'];

describe.skipIf(findObstacle() !== undefined || process.arch !== 'x64')('a running service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-capture-'));
  const cache = {XDG_CACHE_HOME: join(folder, 'cache')};
  let executable = '';
  let service: RunningProgram | undefined;
  const url = () => service!.lines('at')[0]![0]!;

  beforeAll(async () => {
    executable = buildService('local', join(folder, 'program'));
    // The service's environment is empty but for what RunningProgram sets: the viewer's cache goes where HOME is.
    const viewer = ['/usr/bin/env', `XDG_CACHE_HOME=${cache.XDG_CACHE_HOME}`, process.execPath, RUN];
    service = await RunningProgram.start(executable, [join(folder, 'cores'), ...viewer], join(folder, 'here'));
  });
  afterAll(async () => {
    await service?.end();
    await browser?.close();
    rmSync(folder, {recursive: true});
  });

  /** The Overview of the service's process, with what it keeps. */
  async function expectOverview(page: Awaited<ReturnType<typeof openTab>>['page']): Promise<void> {
    await heading(page, 'Overview');
    await page.getByText(`pid ${service!.pid}`).first().waitFor();
    await page.getByText('main.newest').first().waitFor();
  }

  test.skipIf(browser === undefined)('one click on its page, and the browser shows the Overview of its process', async () => {
    const {page, complaints} = await openTab(browser as Browser, url());
    await page.getByRole('button', {name: 'Capture and look at it'}).click();
    await expectOverview(page);
    expect(new URL(page.url()).origin).not.toBe(new URL(url()).origin);
    expect(complaints).toEqual([]);
    await page.context().close();
    expect(descendantsOf(service!.pid).filter(isRunning).length).toBeGreaterThan(0);
  });

  test('goheap capture URL --view opens the browser there', async () => {
    const [opened, opener, core] = [join(folder, 'opened'), join(folder, 'opener'), join(folder, 'service.core')];
    writeFileSync(opener, `#!/bin/sh\nprintf %s "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`);
    chmodSync(opener, 0o700);
    const env = {...process.env, ...cache, BROWSER: opener};
    let capture: ChildProcess | undefined;
    await until(async () => {
      capture = spawn(process.execPath, [RUN, 'capture', url(), '-o', core, '--view'], {env, stdio: 'ignore'});
      const {exitCode} = capture;
      await until(() => existsSync(opened) || capture!.exitCode !== null);
      return exitCode === null && existsSync(opened); // else the last capture has just ended
    });
    const address = readFileSync(opened, 'utf8');
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=\w+$/);
    if (browser !== undefined) {
      const {page, complaints} = await openTab(browser, address);
      await expectOverview(page);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
    capture!.kill('SIGINT');
    await until(() => capture!.exitCode !== null);
    expect(capture!.exitCode).toBe(130);
  });

  test('its viewers end with it', async () => {
    const viewers = descendantsOf(service!.pid).filter(isRunning);
    await service!.end();
    await until(() => !viewers.some(isRunning));
  });

  test.skipIf(!canUnshare)('one in a pid and a mount namespace: its executable is copied from there', async () => {
    const [inside, outside] = [join(folder, 'inside'), join(folder, 'outside')];
    mkdirSync(inside);
    mkdirSync(outside);
    const script = `mount -t tmpfs none ${inside} && cp ${executable} ${inside}/server && mkdir -m 700 ${inside}/cores && exec ${inside}/server ${inside}/cores`;
    const container = spawn('unshare', [...NAMESPACES, 'sh', '-c', script], {stdio: ['ignore', 'pipe', 'ignore']});
    try {
      let printed = '';
      container.stdout!.on('data', (text) => {
        printed += String(text);
      });
      await until(() => printed.includes('ready'));
      const pid = descendantsOf(container.pid!).at(-1)!; // here; there it is 1
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NSpid:\t\d+\t1$/m);
      expect(readdirSync(inside)).toEqual([]);
      const core = join(outside, 'core');
      expect(runGoheap(['capture', String(pid), '-o', core])).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`--exe ${join(outside, 'server')}`),
      });
      expect(readdirSync(outside).sort()).toEqual(['core', 'server']);
      const counted = runGoheap(['histogram', core, '--exe', join(outside, 'server'), '--json'], {env: {...process.env, ...cache}});
      const sessions = Number(/^sessions (\d+)$/m.exec(printed)![1]);
      const rows = JSON.parse(counted.stdout) as {type: string; objects: number}[];
      expect(rows.find(({type}) => type === 'main.Session')).toMatchObject({objects: sessions});
    } finally {
      container.kill('SIGKILL');
    }
  });
});
