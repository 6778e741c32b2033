/**
 * Why the kernel does not let this process read another one's memory, and what would. Truth: ptrace(2), "Ptrace access mode checking"; Linux
 * security/commoncap.c and security/yama/yama_lsm.c.
 */
import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';

const CAP_SYS_PTRACE = 19;
const AS_ROOT = 'Run goheap as root: sudo goheap capture …';
const WITH_CAPABILITY = 'In a container: add the capability SYS_PTRACE, or run goheap as the user of the process.';

/** `folder` is that of the process in /proc. */
export function findRefusal(folder: string): {readonly cause: string; readonly hint: string} {
  const [own, other] = [readStatus('/proc/self'), readStatus(folder)];
  const hint = own.uid === 0 ? WITH_CAPABILITY : AS_ROOT;
  if ((own.capabilities >> BigInt(CAP_SYS_PTRACE)) & 1n)
    return {cause: 'a security module forbids it', hint: 'See dmesg, or the audit log.'};
  if (own.uid !== other.uid) return {cause: `it belongs to user ${other.uid}, and this is user ${own.uid}`, hint};
  if (statSync(folder).uid !== other.uid)
    return {cause: 'it is not dumpable (PR_SET_DUMPABLE, or it has changed its user or rights)', hint};
  if (other.capabilities & ~own.capabilities) return {cause: 'it has capabilities that this process has not', hint};
  const scope = readText('/proc/sys/kernel/yama/ptrace_scope');
  if (scope === undefined || scope === '0')
    return {cause: 'a security module, a filter of system calls or another user namespace forbids it', hint};
  const canRoot = scope !== '3';
  return {
    cause: `Yama forbids it (kernel.yama.ptrace_scope is ${scope})`,
    hint: canRoot ? hint : 'It stays so until the next start of the machine: let the service capture itself, with the Go module.',
  };
}

function readStatus(folder: string): {readonly uid: number; readonly capabilities: bigint} {
  const text = readFileSync(join(folder, 'status'), 'utf8');
  const [, uid, capabilities] = /^Uid:\s+\d+\s+(\d+)[\s\S]*^CapEff:\s+([0-9a-f]+)/m.exec(text)!;
  return {uid: Number(uid), capabilities: BigInt(`0x${capabilities}`)};
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
