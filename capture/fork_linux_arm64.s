#include "go_asm.h"
#include "textflag.h"

// System calls of linux/arm64.
#define SYS_openat 56
#define SYS_read 63
#define SYS_write 64
#define SYS_pwrite64 68
#define SYS_exit_group 94
#define SYS_prctl 167
#define SYS_getppid 173
#define SYS_clone 220
#define SYS_prlimit64 261

#define PR_SET_PDEATHSIG 1
#define SIGKILL 9
#define RLIMIT_CORE 4
#define O_CLOEXEC 0x80000
#define AT_FDCWD -100
#define EFAULT 14

// What is looked at at once; the kernel's pages have it or a multiple of it.
#define PAGE 4096
#define PAGE_PAIRS 256

// func forkChild(r *request) (pid int64)
//
// Returns in the parent only, the child's number or -errno. The child has every register and the stack as they were, uses neither, and ends itself.
// It keeps: R19 request, R20 next command, R24 end of the commands, R21 address, R22 bytes left, R23 offset in the file, R25 bytes of this write.
TEXT ·forkChild(SB), NOSPLIT, $0-16
	MOVD r+0(FP), R19
	MOVD RSP, R0
	MOVD R0, request_sp(R19)
	MOVD R29, request_bp(R19)
	MOVD R30, request_link(R19)
	MOVD g, request_g(R19)
	MOVD $·forkChild(SB), R0
	MOVD R0, request_pc(R19)
	MOVD request_flags(R19), R0
	MOVD ZR, R1
	MOVD ZR, R2
	MOVD ZR, R3
	MOVD ZR, R4
	MOVD $SYS_clone, R8
	SVC
	CBZ  R0, child
	MOVD R0, pid+8(FP)
	RET

child:
	MOVD $PR_SET_PDEATHSIG, R0
	MOVD $SIGKILL, R1
	MOVD $SYS_prctl, R8
	SVC
	MOVD $SYS_getppid, R8 // it may have ended before
	SVC
	MOVD request_parent(R19), R1
	CMP  R1, R0
	BNE  exit
	MOVD ZR, R0 // no core of this child, should it crash
	MOVD $RLIMIT_CORE, R1
	ADD  $request_limit, R19, R2
	MOVD ZR, R3
	MOVD $SYS_prlimit64, R8
	SVC
	MOVD $AT_FDCWD, R0
	MOVD request_maps(R19), R1
	MOVD $O_CLOEXEC, R2
	MOVD ZR, R3
	MOVD $SYS_openat, R8
	SVC
	MOVD R0, request_answer+0(R19)
	MOVD $AT_FDCWD, R0
	MOVD request_pagemap(R19), R1
	MOVD $O_CLOEXEC, R2
	MOVD ZR, R3
	MOVD $SYS_openat, R8
	SVC
	MOVD R0, request_answer+8(R19)

answer:
	MOVD request_reply(R19), R0
	ADD  $request_answer, R19, R1
	MOVD $16, R2
	MOVD $SYS_write, R8
	SVC
	CMP  $16, R0
	BNE  exit
	MOVD ZR, request_answer+0(R19)
	MOVD request_command(R19), R0 // a batch is written at once, and read at once
	ADD  $request_batch, R19, R1
	MOVD $const_batchBytes, R2
	MOVD $SYS_read, R8
	SVC
	CMP  $0, R0
	BLE  exit
	ADD  $request_batch, R19, R20
	ADD  R0, R20, R24

command:
	CMP  R24, R20
	BHS  answer
	MOVD 0(R20), R21
	MOVD 8(R20), R22
	MOVD 16(R20), R23
	ADD  $24, R20
	TBNZ $0, R22, skip // pages of zeros are left out
	MOVD R22, R25
	CBNZ R22, write
	B    command

skip:
	SUB $1, R22

scan:
	CBZ  R22, command
	MOVD R21, R1
	MOVD $PAGE_PAIRS, R2

zero:
	LDP.P 16(R1), (R3, R4)
	ORR   R3, R4
	CBNZ  R4, used
	SUB   $1, R2
	CBNZ  R2, zero
	ADD   $PAGE, R21
	ADD   $PAGE, R23
	SUB   $PAGE, R22
	B     scan

used:
	MOVD $PAGE, R25

grow:
	CMP  R22, R25
	BHS  write
	ADD  R25, R21, R1
	MOVD $PAGE_PAIRS, R2

next:
	LDP.P 16(R1), (R3, R4)
	ORR   R3, R4
	CBNZ  R4, more
	SUB   $1, R2
	CBNZ  R2, next
	B     write

more:
	ADD $PAGE, R25
	B   grow

write:
	MOVD request_file(R19), R0
	MOVD R21, R1
	MOVD R25, R2
	MOVD R23, R3
	MOVD $SYS_pwrite64, R8
	SVC
	CMP  $0, R0
	BLE  refused
	MOVD request_answer+8(R19), R1
	ADD  R0, R1
	MOVD R1, request_answer+8(R19)

done:
	ADD  R0, R21
	ADD  R0, R23
	SUB  R0, R22
	SUB  R0, R25
	CBNZ R25, write
	CBNZ R22, scan
	B    command

refused:
	CMN  $EFAULT, R0 // behind the end of a mapped file: a hole
	BNE  failed
	MOVD $PAGE, R0
	CMP  R0, R25
	BHS  done
	MOVD $-EFAULT, R0

failed:
	CBNZ R0, told
	MOVD $-5, R0 // EIO

told:
	MOVD R0, request_answer+0(R19)
	B    answer

exit:
	MOVD ZR, R0
	MOVD $SYS_exit_group, R8
	SVC
	BRK
	RET
