/**
 * The recordings tell nothing about the machine that made them, nor about this one. Two kinds of checks: what must not be in
 * any recording wherever it was made (environment, home folders, uname), and the names of the machine that runs the test,
 * which catches whoever records and then runs the tests. pack.js makes the second kind of check when recording, too.
 */
import {readFileSync} from 'node:fs';
import {homedir, hostname, release, userInfo} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {FIXTURE_ROOT, fixtureNames, unpackFixture} from '../../kit/fixtures.js';

/**
 * The whole environment of a recorded program (make-cores.sh). The program's own copies end without a NUL: they may be cut
 * off after 16 bytes, or a number follows.
 */
const ENVIRONMENT = /^(HEAPDUMP=heap\.du(?:mp)?|GOTRACEBACK=crash?|GOMAXPROCS=1\p{Cc}?)$/u;
/** A variable that shells, logins, CI systems and containers set, as a string of its own. */
const VARIABLE =
  /\0((?:HOST|HOSTNAME|USER|LOGNAME|HOME|PWD|OLDPWD|SHELL|TERM|LANG|LC_[A-Z]+|PATH|MAIL|TZ|TMPDIR|CI|SSH_[A-Z_]+|XDG_[A-Z_]+|DISPLAY|HEAPDUMP|GOTRACEBACK|GOMAXPROCS|TRUTH|ZOO_END|[A-Z_]*(?:TOKEN|SECRET|KEY|PROXY|proxy)[A-Z_]*)=[^\0]*)\0/g;
/** Folders below a user's home, and where build systems keep their work. */
const PERSONAL_PATH =
  /\/(?:home|Users)\/[a-z0-9_.-]+\/|\/root\/|\/nix\/store\/|\/var\/lib\/docker|\/builds?\/[a-z0-9_.-]+\/[a-z0-9_.-]+\//g;

describe.each(fixtureNames())('%s', (name) => {
  const fixture = unpackFixture(name);
  const build = join(FIXTURE_ROOT, name, 'BUILD.txt');
  const files = [fixture.executable, fixture.core, fixture.heapDump, fixture.truth, build];
  const texts = new Map(files.map((path) => [path, withoutZeros(readFileSync(path)).toString('latin1')]));
  const latin1 = (path: string) => texts.get(path)!;

  test('the core holds the environment of make-cores.sh and no other', () => {
    const found = [...latin1(fixture.core).matchAll(VARIABLE)].map((match) => match[1]!);
    expect(found).toContain('HEAPDUMP=heap.dump'); // the search does find variables
    expect(found.filter((variable) => !ENVIRONMENT.test(variable))).toEqual([]);
  });

  test('no file names a personal folder', () => {
    for (const path of files) expect([path, ...(latin1(path).match(PERSONAL_PATH) ?? [])]).toEqual([path]);
  });

  test('no file holds the result of uname', () => {
    const unameRecord = `Linux${'\0'.repeat(60)}`; // struct utsname: the host's name follows at byte 65
    for (const path of files.slice(1)) expect(latin1(path).includes(unameRecord)).toBe(false);
  });

  test('no file names this machine', () => {
    const words = machineWords();
    for (const path of files) {
      const content = latin1(path);
      expect([path, ...words.filter((word) => content.includes(word))]).toEqual([path]);
    }
  });

  test('the paths in the core are those of the fixed folder', () => {
    const paths = new Set(latin1(fixture.core).match(/\/tmp\/[\w.+-]+\//g));
    const recorded = fixture.name.endsWith('-arm64') ? [] : ['/tmp/goheap-cores/']; // qemu writes no list of mapped files
    expect([...paths]).toEqual(recorded);
  });
});

const PAGE = 4096;
const ZEROS = Buffer.alloc(PAGE);

/** But for pages of zeros behind one: nothing that is looked for is as long, and a core is mostly these. Moves the bytes together. */
function withoutZeros(bytes: Buffer): Buffer {
  let end = 0;
  let areZeros = false;
  for (let at = 0; at < bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE);
    const wereZeros = areZeros;
    areZeros = page.equals(ZEROS);
    if (areZeros && wereZeros) continue;
    bytes.copyWithin(end, at, at + page.length);
    end += page.length;
  }
  return bytes.subarray(0, end);
}

/** Words of five letters and more: shorter ones would be found by chance. Web addresses and paths below system folders say nothing. */
function machineWords(): string[] {
  const general = /^(?:https?:|\/(?:etc|usr|bin|tmp|opt)\b)/;
  const values = Object.values(process.env).filter((value) => value !== undefined && value.length >= 16 && !general.test(value));
  const names = [hostname(), userInfo().username].filter((name) => name.length >= 5 && name !== 'localhost');
  const home = homedir().length >= 5 ? [`${homedir()}/`, `${homedir()}\0`] : [];
  return [...new Set([...(values as string[]), ...names, ...home, release()])];
}
