package capture

import (
	"syscall"
	"unsafe"
)

const machine = 62 // EM_X86_64

// registersSize is that of struct elf_prstatus.
const registersSize = 336

func readThreadPointer(r *request) {
	const archGetFS = 0x1003
	syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, archGetFS, uintptr(unsafe.Pointer(&r.fs)), 0)
}

// registers by their index in struct user_regs_struct.
func registers(r *request) map[int]uint64 {
	const codeSegment, stackSegment, interrupts, noCall = 0x33, 0x2b, 0x202, ^uint64(0)
	return map[int]uint64{1: r.g, 4: r.bp, 15: noCall, 16: r.pc, 17: codeSegment, 18: interrupts, 19: r.sp, 20: stackSegment, 21: r.fs}
}
