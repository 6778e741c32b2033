/** Cores: what their notes say, in any order, whole and damaged; and files that are no cores. */
import {describe, expect, test} from 'vitest';
import {WarningLog} from '../../../src/base/warnings.js';
import {openCore} from '../../../src/image/core-file.js';
import {assemble, text} from '../../kit/assemble.js';
import {auxv, coreBytes, coreOf, ntFile, program, prpsinfo, prstatus, readCoreBytes, siginfo} from '../../kit/core-bytes.js';
import {EXEC, elfBytes, noteBytes} from '../../kit/elf-bytes.js';

const registers = Array.from({length: 27}, (_, i) => 1000 + i);
const files = [
  {start: 0x400000, end: 0x402000, page: 0, path: '/app/server'},
  {start: 0x402000, end: 0x403000, page: 2, path: '/app/server'},
  {start: 0x7f0000000000, end: 0x7f0000001000, page: 1, path: '/lib/libc.so.6'},
];

describe('readCore', () => {
  test('reads threads, process, auxiliary vector and mapped files', () => {
    const data = coreBytes([
      prstatus(41, 6, registers),
      prpsinfo(40, 'server', './server -v '),
      siginfo(6),
      auxv([[9, 0x402100]]),
      ntFile(files),
      prstatus(42, 0, registers),
    ]);
    const core = readCoreBytes(data);
    expect(core).toMatchObject({arch: 'amd64', pid: 40, signal: 6, programName: 'server', commandLine: './server -v'});
    expect(core.threads.map(({tid, signal, pc, sp}) => [tid, signal, pc, sp])).toEqual([
      [41, 6, 1016, 1019],
      [42, 0, 1016, 1019],
    ]);
    expect([...core.threads[0]!.registers]).toEqual(registers);
    expect(core.mappedFiles[1]).toEqual({start: 0x402000, end: 0x403000, offset: 0x2000, path: '/app/server'});
    expect(core.auxv.get(9)).toBe(0x402100);
    expect(core.executableFile).toEqual(core.mappedFiles[1]);
  });
  test('reads arm64 threads', () => {
    const x = Array.from({length: 34}, (_, i) => i);
    const core = readCoreBytes(coreBytes([prstatus(1, 0, x)], [], {machine: 183}));
    expect(core).toMatchObject({arch: 'arm64', threads: [{pc: 32, sp: 31}]});
    expect(core.threads[0]!.registers).toHaveLength(34);
  });
  test('does not need the order of the kernel', () => {
    const core = readCoreBytes(
      coreBytes([ntFile(files), auxv([[3, 0x400040]]), prpsinfo(1, 'a', 'a'), prstatus(5, 0, registers), siginfo(11)]),
    );
    expect(core).toMatchObject({signal: 11, executableFile: {path: '/app/server', start: 0x400000}});
  });
  test('rounds registers that no address can be', () => {
    expect(readCoreBytes(coreBytes([prstatus(1, 0, [0xffffffffffffffffn, ...registers.slice(1)])])).threads[0]!.registers[0]).toBe(2 ** 64);
  });
  test('reads what the program said of its own capture, and does without what is not as expected', () => {
    const capture = (said: string) => readCoreBytes(coreBytes([noteBytes('goheap', 0x70616548, assemble(text(said)))])).capture;
    const note = {
      version: '0.1.0',
      time: '2026-11-30T13:12:21.840Z',
      trigger: 'http',
      labels: {pod: 'a', zone: 'b'},
      cgroup_limit: 2 ** 30,
    };
    const {cgroup_limit: cgroupLimit, ...same} = note;
    expect(capture(JSON.stringify(note))).toEqual({...same, labels: 'pod=a, zone=b', cgroupLimit});
    expect(capture('{"time":"yesterday","trigger":1,"labels":null,"cgroup_limit":"1"}')).toEqual({});
    expect(capture('null')).toEqual({});
    expect(capture('{"time"')).toBeUndefined();
  });
  test('finds the identity of the executable in its dumped first page', () => {
    const file = program({go: 'a/b/c/d', gnu: Uint8Array.of(1, 2)});
    const core = readCoreBytes(coreOf(file, 0x5500000));
    expect(core.buildIds).toEqual({go: 'a/b/c/d', gnu: '0102'});
    expect(core.headerPage).toEqual(file.subarray(0, 4096));
    expect(readCoreBytes(coreOf(file, 0, {headerPage: false})).buildIds).toEqual({});
  });

  const strange: [string, Uint8Array, string, object][] = [
    ['no thread', coreBytes([]), 'no-threads', {threads: []}],
    ['a short thread note', coreBytes([prstatus(1, 0, [1, 2])]), 'notes-damaged', {threads: []}],
    ['more mapped files than fit', coreBytes([prstatus(1, 0, registers), ntFile(files, 2 ** 40)]), 'notes-damaged', {mappedFiles: []}],
    ['a cut file list', coreBytes([prstatus(1, 0, registers), ntFile(files, 4)]), 'notes-damaged', {mappedFiles: []}],
    ['notes behind the end', coreBytes([prstatus(1, 0, registers)]).subarray(0, 200), 'notes-cut', {threads: []}],
  ];
  test.each(strange)('goes on with a warning: %s', (_, data, code, expected) => {
    const warnings = new WarningLog();
    expect(readCoreBytes(data, warnings)).toMatchObject(expected);
    expect(warnings.list().map((warning) => warning.code)).toContain(code);
  });

  const core = coreBytes([]);
  const patch = (offset: number, value: number) => core.map((byte, i) => (i === offset ? value : byte));
  const wrong: [string, Uint8Array, string, RegExp, RegExp?][] = [
    ['an empty file', new Uint8Array(0), 'bad-format', /the file is empty; expected a core dump/, /gcore/],
    ['a text', assemble(text('SQLite format 3')), 'bad-format', /not an ELF file; expected a core dump/, /GOTRACEBACK/],
    ['32 bit', patch(4, 1), 'unsupported', /32-bit or big-endian machine; goheap reads cores of linux\/amd64/],
    ['big endian', patch(5, 2), 'unsupported', /32-bit or big-endian/],
    ['another machine', patch(18, 243), 'unsupported', /machine 243; goheap reads cores of linux\/amd64/],
    ['an executable', elfBytes({type: EXEC}), 'bad-format', /this is an executable, not a core/, /--exe/],
    ['an object file', elfBytes({type: 1}), 'bad-format', /ELF type 1; expected 4, a core/],
    ['only the header', coreOf(program({})).subarray(0, 100), 'truncated', /bytes wanted; the file ends at 0x64/],
  ];
  test.each(wrong)('refuses: %s', (_, data, code, message, hint) => {
    const expected = {code, message: expect.stringMatching(message), ...(hint ? {hint: expect.stringMatching(hint)} : {})};
    expect(() => readCoreBytes(data)).toThrow(expect.objectContaining(expected));
  });
  test('refuses files that are not there', () => {
    expect(() => openCore('/nonexistent/core')).toThrow(expect.objectContaining({code: 'io', message: '/nonexistent/core: no such file'}));
  });
});
