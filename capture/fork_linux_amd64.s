#include "go_asm.h"
#include "textflag.h"

// System calls of linux/amd64.
#define SYS_read 0
#define SYS_write 1
#define SYS_open 2
#define SYS_pwrite64 18
#define SYS_clone 56
#define SYS_getppid 110
#define SYS_prctl 157
#define SYS_setrlimit 160
#define SYS_exit_group 231

#define PR_SET_PDEATHSIG 1
#define SIGKILL 9
#define RLIMIT_CORE 4
#define O_CLOEXEC 0x80000
#define EFAULT 14

#define PAGE 4096
#define PAGE_WORDS 512

// func forkChild(r *request) (pid int64)
//
// Returns in the parent only, the child's number or -errno. The child has every register and the stack as they were, uses neither, and ends itself.
// It keeps: R12 request, R13 next command, R14 end of the commands, BX address, R8 bytes left, R9 offset in the file, DX bytes of this write.
TEXT ·forkChild(SB), NOSPLIT, $0-16
	MOVQ r+0(FP), R12
	MOVQ SP, request_sp(R12)
	MOVQ BP, request_bp(R12)
	MOVQ R14, request_g(R12)
	LEAQ ·forkChild(SB), AX
	MOVQ AX, request_pc(R12)
	MOVQ request_flags(R12), DI
	XORL SI, SI
	XORL DX, DX
	XORL R10, R10
	XORL R8, R8
	MOVL $SYS_clone, AX
	SYSCALL
	TESTQ AX, AX
	JZ   child
	MOVQ AX, pid+8(FP)
	RET

child:
	MOVL $PR_SET_PDEATHSIG, DI
	MOVL $SIGKILL, SI
	MOVL $SYS_prctl, AX
	SYSCALL
	MOVL $SYS_getppid, AX // it may have ended before
	SYSCALL
	CMPQ AX, request_parent(R12)
	JNE  exit
	MOVL $RLIMIT_CORE, DI // no core of this child, should it crash
	LEAQ request_limit(R12), SI
	MOVL $SYS_setrlimit, AX
	SYSCALL
	MOVQ request_maps(R12), DI
	MOVL $O_CLOEXEC, SI
	XORL DX, DX
	MOVL $SYS_open, AX
	SYSCALL
	MOVQ AX, request_answer+0(R12)
	MOVQ request_pagemap(R12), DI
	MOVL $O_CLOEXEC, SI
	XORL DX, DX
	MOVL $SYS_open, AX
	SYSCALL
	MOVQ AX, request_answer+8(R12)

answer:
	MOVQ request_reply(R12), DI
	LEAQ request_answer(R12), SI
	MOVL $16, DX
	MOVL $SYS_write, AX
	SYSCALL
	CMPQ AX, $16
	JNE  exit
	MOVQ $0, request_answer+0(R12)
	MOVQ request_command(R12), DI // a batch is written at once, and read at once
	LEAQ request_batch(R12), SI
	MOVL $const_batchBytes, DX
	MOVL $SYS_read, AX
	SYSCALL
	CMPQ AX, $0
	JLE  exit
	LEAQ request_batch(R12), R13
	LEAQ (R13)(AX*1), R14

command:
	CMPQ R13, R14
	JAE  answer
	MOVQ 0(R13), BX
	MOVQ 8(R13), R8
	MOVQ 16(R13), R9
	ADDQ $24, R13
	BTRQ $0, R8 // pages of zeros are left out
	JCS  scan
	MOVQ R8, DX
	TESTQ R8, R8
	JNZ  write
	JMP  command

scan:
	TESTQ R8, R8
	JZ   command
	MOVQ BX, DI
	XORL AX, AX
	MOVL $PAGE_WORDS, CX
	CLD
	REP; SCASQ
	JNE  used
	ADDQ $PAGE, BX
	ADDQ $PAGE, R9
	SUBQ $PAGE, R8
	JMP  scan

used:
	MOVL $PAGE, DX

grow:
	CMPQ DX, R8
	JAE  write
	LEAQ (BX)(DX*1), DI
	XORL AX, AX
	MOVL $PAGE_WORDS, CX
	REP; SCASQ
	JEQ  write
	ADDQ $PAGE, DX
	JMP  grow

write:
	MOVQ request_file(R12), DI
	MOVQ BX, SI
	MOVQ R9, R10
	MOVL $SYS_pwrite64, AX
	SYSCALL
	CMPQ AX, $0
	JLE  refused
	ADDQ AX, request_answer+8(R12)

next:
	ADDQ AX, BX
	ADDQ AX, R9
	SUBQ AX, R8
	SUBQ AX, DX
	JNZ  write
	TESTQ R8, R8
	JNZ  scan
	JMP  command

refused:
	CMPQ AX, $-EFAULT // behind the end of a mapped file: a hole
	JNE  failed
	MOVQ $PAGE, AX
	CMPQ DX, AX
	JAE  next
	MOVQ $-EFAULT, AX

failed:
	CMPQ AX, $0
	JNE  told
	MOVQ $-5, AX // EIO

told:
	MOVQ AX, request_answer+0(R12)
	JMP  answer

exit:
	XORL DI, DI
	MOVL $SYS_exit_group, AX
	SYSCALL
	INT  $3
	RET
