/**
 * The notes of a core → threads, mapped files, auxiliary vector, process. Truth: Linux fs/binfmt_elf.c and
 * include/uapi/linux/elfcore.h; gdb's gcore and Delve write the same structures in another order. The order of notes is not relied
 * on but for one thing: the kernel puts the thread that died first. Floating-point and vector registers are not read.
 */
import {Cursor, decodeText, untilNul} from '../base/bytes.js';
import type {Address, Bytes} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {AT, NT} from '../elf/elf-constants.js';
import type {Note} from '../elf/notes.js';

export type Arch = 'amd64' | 'arm64';

export interface Thread {
  readonly tid: number;
  /** The signal being delivered; 0 = none. */
  readonly signal: number;
  /**
   * amd64, 27: r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs.
   * arm64, 34: x0 … x30 sp pc pstate. Values above 2**53 are rounded: none of them is an address of the program.
   */
  readonly registers: Float64Array;
  readonly pc: Address;
  readonly sp: Address;
}

/** A part of a file that was mapped into the process. */
export interface MappedFile {
  readonly start: Address;
  readonly end: Address; // exclusive
  readonly offset: Bytes; // in the file
  readonly path: string; // as the kernel wrote it: may end in " (deleted)"
}

export interface CoreNotes {
  readonly threads: readonly Thread[];
  readonly mappedFiles: readonly MappedFile[];
  /** The auxiliary vector: AT_* → value. */
  readonly auxv: ReadonlyMap<number, number>;
  readonly pid?: number;
  /** The signal that ended the process, or that stopped it for gcore (19, SIGSTOP). */
  readonly signal?: number;
  /** The first 80 bytes of the command line. */
  readonly commandLine?: string;
  /** The first 15 bytes of the executable's file name. */
  readonly programName?: string;
  /** What the program said of its capture, when it wrote the core itself. */
  readonly capture?: CaptureNote;
}

/** The note of the Go module in capture, as far as goheap shows it. */
export interface CaptureNote {
  readonly version?: string;
  /** Of the capture, ISO 8601 in UTC. */
  readonly time?: string;
  readonly trigger?: string;
  /** `name=value`, separated by a comma and a space. */
  readonly labels?: string;
  /** The tightest limit of memory of the control groups that the program was in. */
  readonly cgroupLimit?: Bytes;
}

/** Structures that are too short are left out with a warning. */
export function readCoreNotes(notes: readonly Note[], arch: Arch, warnings: WarningLog): CoreNotes {
  const core = notes.filter(({owner}) => owner === 'CORE' || owner === ''); // Delve gives no owner
  const of = (type: number) => core.filter((note) => note.type === type);
  const attempt = <T>(note: Note | undefined, read: (cursor: Cursor) => T): T | undefined => {
    if (!note) return undefined;
    try {
      return read(new Cursor(`note at ${note.offset}`, note.data));
    } catch (error) {
      warnings.add('notes-damaged', `A note of type ${note.type} is damaged: ${(error as Error).message}.`);
      return undefined;
    }
  };
  const threads = of(NT.PRSTATUS).flatMap((note) => attempt(note, (cursor) => readThread(cursor, arch)) ?? []);
  const capture = attempt(
    notes.find(({owner}) => owner === 'goheap'),
    (cursor) => readCapture(decodeText(cursor.bytes(cursor.end))),
  );
  const info = attempt(of(NT.SIGINFO)[0], (cursor) => cursor.i32());
  const signal = threads[0]?.signal || info;
  return {
    threads,
    mappedFiles: attempt(of(NT.FILE)[0], readMappedFiles) ?? [],
    auxv: attempt(of(NT.AUXV)[0], readAuxv) ?? new Map(),
    ...(signal ? {signal} : {}),
    ...(capture ? {capture} : {}),
    ...attempt(of(NT.PRPSINFO)[0], readProcess),
  };
}

/** struct elf_prstatus: where the fields are, and how many registers there are. */
const PRSTATUS = {cursig: 12, pid: 32, registers: 112} as const;
const REGISTERS = {amd64: {count: 27, pc: 16, sp: 19}, arm64: {count: 34, pc: 32, sp: 31}} as const;

function readThread(cursor: Cursor, arch: Arch): Thread {
  cursor.position = PRSTATUS.cursig;
  const signal = cursor.u16();
  cursor.position = PRSTATUS.pid;
  const tid = cursor.i32();
  cursor.position = PRSTATUS.registers;
  const {count, pc, sp} = REGISTERS[arch];
  const registers = new Float64Array(count);
  for (let i = 0; i < count; i++) registers[i] = cursor.u64();
  return {tid, signal, registers, pc: registers[pc]!, sp: registers[sp]!};
}

/** NT_FILE: count, page size, count × (start, end, offset in pages), then as many NUL-terminated names. */
function readMappedFiles(cursor: Cursor): MappedFile[] {
  const count = cursor.u64();
  const pageSize = cursor.u64();
  if (count * 24 > cursor.end - cursor.position) cursor.fail(`${count} mapped files do not fit into the note`);
  const ranges = Array.from({length: count}, () => ({start: cursor.u64(), end: cursor.u64(), offset: cursor.u64() * pageSize}));
  return ranges.map((range) => ({...range, path: cursor.cString()}));
}

function readAuxv(cursor: Cursor): Map<number, number> {
  const auxv = new Map<number, number>();
  while (cursor.end - cursor.position >= 16) {
    const type = cursor.u64();
    const value = cursor.u64();
    if (type === AT.NULL) break;
    auxv.set(type, value);
  }
  return auxv;
}

/** struct elf_prpsinfo. */
const PRPSINFO = {pid: 24, fname: 40, psargs: 56, size: 136} as const;

function readProcess(cursor: Cursor): {pid: number; programName: string; commandLine: string} {
  cursor.position = PRPSINFO.pid;
  const pid = cursor.i32();
  cursor.position = PRPSINFO.fname;
  const programName = untilNul(cursor.bytes(PRPSINFO.psargs - PRPSINFO.fname));
  const commandLine = untilNul(cursor.bytes(PRPSINFO.size - PRPSINFO.psargs)).trimEnd();
  return {pid, programName, commandLine};
}

/** JSON, of which only what has the type that is expected is taken. */
function readCapture(json: string): CaptureNote {
  const said: unknown = JSON.parse(json);
  const fields = new Map(Object.entries(said !== null && typeof said === 'object' ? said : {}));
  const text = (name: string) => (typeof fields.get(name) === 'string' ? (fields.get(name) as string) : undefined);
  const [version, time, trigger, limit] = [text('version'), text('time'), text('trigger'), fields.get('cgroup_limit')];
  const labels = Object.entries(fields.get('labels') ?? {}).map(([name, value]) => `${name}=${value}`);
  return {
    ...(version === undefined ? {} : {version}),
    ...(time === undefined || Number.isNaN(Date.parse(time)) ? {} : {time}),
    ...(trigger === undefined ? {} : {trigger}),
    ...(labels.length > 0 ? {labels: labels.join(', ')} : {}),
    ...(typeof limit === 'number' ? {cgroupLimit: limit} : {}),
  };
}
