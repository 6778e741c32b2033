/**
 * A program for Windows or macOS, compiled here, and a heap dump of it, put together: its segments of data as a loader would have moved them, and an
 * object behind a variable.
 */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {RelocatedSource} from '../../src/elf/relocations.js';
import type {Executable} from '../../src/image/executable.js';
import {spawnSync} from './child-process.js';
import {HeapDumpWriter} from './heap-dump-writer.js';

/** Where the one object is. */
export const FOREIGN_OBJECT = 0xc000010000;
const PROGRAM = `package main

type Session struct {
	Name string
	Next *Session
	N    int64
}

var head *Session
var text = "said in rodata"

func main() {
	head = &Session{Name: text}
	println(head.Name, head.Next == nil, head.N)
}
`;
/** Throws when it does not compile. Returns its path. */
export function buildForeign(folder: string, version: string, goos: string, goarch: string): string {
  const source = join(folder, 'main.go');
  const path = join(folder, `${version}-${goos}-${goarch}`);
  writeFileSync(source, PROGRAM);
  const env = {...process.env, GOTOOLCHAIN: `go${version}+auto`, GOFLAGS: '', CGO_ENABLED: '0', GOOS: goos, GOARCH: goarch};
  const {status, stderr} = spawnSync('go', ['build', '-trimpath', '-o', path, source], {encoding: 'utf8', env, cwd: folder});
  if (status !== 0 || stderr !== '') throw new Error(stderr);
  return path;
}

/** Data and bss of the program as loaded with the slide, and a Session behind main.head. */
export function dumpOfForeign(executable: Executable, goarch: string, goVersion: string, slide: number): Uint8Array {
  const symbols = executable.symbols();
  const addressOf = (name: string) => symbols.get(name)!.address;
  const source = new RelocatedSource(executable.elf.source, executable.relocations(), slide);
  const bytesAt = (address: number, length: number): Buffer => {
    const segment = executable.elf.segments.find((one) => address >= one.address && address < one.address + one.memorySize)!;
    const inFile = Math.max(0, Math.min(length, segment.address + segment.fileSize - address));
    return Buffer.concat([source.read(segment.offset + address - segment.address, inFile), new Uint8Array(length - inFile)]);
  };
  const segments = (
    [
      ['data', 12],
      ['bss', 13],
    ] as const
  ).map(([name, kind]) => {
    const start = addressOf(`runtime.${name}`);
    return {kind, start, bytes: bytesAt(start, addressOf(`runtime.e${name}`) - start)};
  });
  const head = addressOf('main.head');
  const place = segments.find(({start, bytes}) => head >= start && head < start + bytes.length)!;
  place.bytes.writeBigUInt64LE(BigInt(FOREIGN_OBJECT), head - place.start);
  const session = Buffer.alloc(32);
  bytesAt(addressOf('main.text'), 16).copy(session);
  const writer = new HeapDumpWriter().parameters(goarch, goVersion).object(FOREIGN_OBJECT, session, [0, 16]);
  for (const {kind, start, bytes} of segments) writer.segment(kind, start + slide, bytes);
  return writer.finish();
}
