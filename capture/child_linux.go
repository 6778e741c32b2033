//go:build linux && (amd64 || arm64)

package capture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// child that is to write a core.
type child struct {
	pid            int
	command, reply *os.File
	theirs         [2]int // its ends of the pipes, in the common table of descriptors
	maps           []byte // of /proc/self/maps, where the child has a table of descriptors of its own: nothing that it opens is seen here then
	told           bool   // it has said which files it has opened
	over           bool
}

var errChildEnded = errors.New("capture: the child that wrote the core was killed")

// newChild makes what a child needs to be talked to. Without CLOEXEC nothing of it would be lost, but programs that are started meanwhile had it.
func newChild(r *request) (*child, error) {
	var command, reply [2]int
	if err := syscall.Pipe2(command[:], syscall.O_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	if err := syscall.Pipe2(reply[:], syscall.O_CLOEXEC); err != nil {
		syscall.Close(command[0])
		syscall.Close(command[1])
		return nil, os.NewSyscallError("pipe2", err)
	}
	syscall.SetNonblock(reply[0], true) // for deadlines
	r.command, r.reply = int64(command[0]), int64(reply[1])
	return &child{
		command: os.NewFile(uintptr(command[1]), "command"), reply: os.NewFile(uintptr(reply[0]), "reply"),
		theirs: [2]int{command[0], reply[1]}, over: true,
	}, nil
}

func (c *child) close() {
	c.command.Close()
	c.reply.Close()
	syscall.Close(c.theirs[0])
	syscall.Close(c.theirs[1])
}

// fork with all signals blocked, which the child inherits: no handler of Go runs in it, and a fault ends it.
// The exit signal is 0: the parent gets no SIGCHLD and its waits for any child do not see it. The descriptors are common: none is kept open.
func (c *child) fork(r *request) error {
	const setMask = 2
	all, before := ^uint64(0), uint64(0)
	readThreadPointer(r)
	syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, setMask, uintptr(unsafe.Pointer(&all)), uintptr(unsafe.Pointer(&before)), 8, 0, 0)
	pid := forkChild(r)
	syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, setMask, uintptr(unsafe.Pointer(&before)), 0, 8, 0, 0)
	if pid > 0 {
		c.pid, c.over = int(pid), false
		return nil
	}
	switch errno := syscall.Errno(-pid); errno {
	case syscall.EAGAIN:
		return fmt.Errorf("%w: clone: %w: the limit of processes (pids.max, RLIMIT_NPROC) is reached", ErrNoMemory, errno)
	case syscall.ENOMEM:
		return fmt.Errorf("%w: clone: %w (vm.overcommit_memory, or a control group)", ErrNoMemory, errno)
	default:
		return fmt.Errorf("%w: clone: %w (a seccomp filter?)", ErrUnsupported, errno)
	}
}

// write has the child fill the file.
func (c *child) write(ctx context.Context, dir *directory, file *os.File, config Config, notes func([]mapping) []byte) (Result, error) {
	// Where memory gets short in spite of all, the child is what is killed.
	os.WriteFile("/proc/"+strconv.Itoa(c.pid)+"/oom_score_adj", []byte("1000"), 0)
	opened, err := c.answer(ctx)
	if err != nil {
		return Result{}, err
	}
	c.told = true
	maps, pages, err := c.memory(opened)
	if err != nil {
		return Result{}, err
	}
	if pages != nil {
		defer pages.Close()
	}
	plan, err := planCore(maps, notes(maps), pages)
	if err != nil {
		return Result{}, err
	}
	if pages != nil {
		if err := checkRoom(dir, plan.bytes, config.MaxBytes); err != nil {
			return Result{}, err
		}
	}
	// Beyond this limit a write is a SIGXFSZ, which Go's runtime does not survive.
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err == nil && uint64(plan.size) > limit.Cur {
		return Result{}, fmt.Errorf("%w: the file has %d bytes, RLIMIT_FSIZE allows %d", ErrNoSpace, plan.size, limit.Cur)
	}
	if err := file.Truncate(plan.size); err != nil {
		return Result{}, err
	}
	if _, err := file.WriteAt(plan.head, 0); err != nil {
		return Result{}, err
	}
	batches := plan.batches()
	if len(batches) == 0 {
		return Result{}, errChildEnded // its list of mappings was empty
	}
	var last [2]int64
	if config.Hold {
		last, err = c.copyHeld(ctx, batches)
	} else {
		last, err = c.copy(ctx, batches)
	}
	if err != nil {
		return Result{}, err
	}
	if errno := syscall.Errno(-last[0]); errno != 0 {
		if errno == syscall.ENOSPC || errno == syscall.EDQUOT || errno == syscall.EFBIG {
			return Result{}, fmt.Errorf("%w: %w", ErrNoSpace, errno)
		}
		return Result{}, os.NewSyscallError("pwrite64 of the child", errno)
	}
	return Result{Kind: Core, Size: plan.size, Written: int64(len(plan.head)) + last[1]}, nil
}

// memory of the child, as the files say that it has opened; pages is nil where nobody tells which pages were touched.
func (c *child) memory(opened [2]int64) (maps []mapping, pages *os.File, err error) {
	if c.maps != nil {
		maps, err = readMappings(bytes.NewReader(c.maps))
		return maps, nil, err
	}
	mapsFile, pages := ownFile(opened[0], "maps"), ownFile(opened[1], "pagemap")
	if mapsFile == nil {
		err = fmt.Errorf("%w: the child cannot read /proc/self/maps: %w", ErrUnsupported, syscall.Errno(-opened[0]))
	} else {
		maps, err = readMappings(mapsFile)
		mapsFile.Close()
	}
	if err != nil && pages != nil {
		pages.Close()
	}
	return maps, pages, err
}

// copy has the batches written, one at a time, up to the first that is refused.
func (c *child) copy(ctx context.Context, batches [][]byte) (last [2]int64, err error) {
	for _, batch := range batches {
		if _, err = c.command.Write(batch); err != nil {
			return last, err
		}
		if last, err = c.answer(ctx); err != nil || last[0] != 0 {
			return last, err
		}
	}
	return last, nil
}

// answer waits for the child, its end or the end of ctx.
func (c *child) answer(ctx context.Context) (answer [2]int64, err error) {
	const look = 50 * time.Millisecond // at whether it lives: the pipe does not tell, its other end is here too
	var words [16]byte
	for {
		if err := ctx.Err(); err != nil {
			return answer, fmt.Errorf("capture: not finished: %w", err)
		}
		c.reply.SetReadDeadline(time.Now().Add(look))
		_, err := io.ReadFull(c.reply, words[:])
		if err == nil {
			return [2]int64{int64(binary.LittleEndian.Uint64(words[:])), int64(binary.LittleEndian.Uint64(words[8:]))}, nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return answer, err
		}
		if c.gone() {
			return answer, errChildEnded
		}
	}
}

// copyHeld is copy while no other goroutine gets the one processor: this one does not leave it, as it makes raw system calls only, is not preempted by
// signals, and has no function's entry to be stopped at.
func (c *child) copyHeld(ctx context.Context, batches [][]byte) (last [2]int64, err error) {
	deadline, _ := ctx.Deadline()
	h := held{command: c.command.Fd(), reply: c.reply.Fd(), pid: uintptr(c.pid), batches: batches}
	h.patience = time.Until(deadline).Milliseconds()
	copyHeld(&h)
	switch {
	case h.over:
		c.over = true
		return last, errChildEnded
	case h.late:
		return last, fmt.Errorf("capture: not finished: %w", context.DeadlineExceeded)
	case h.errno != 0:
		return last, os.NewSyscallError("write to the child", h.errno)
	}
	return h.answer, nil
}

type held struct {
	command, reply, pid uintptr
	batches             [][]byte
	patience            int64 // milliseconds
	answer              [2]int64
	over, late          bool
	errno               syscall.Errno
	events              struct {
		fd              int32
		events, revents int16
	}
	slice syscall.Timespec
}

//go:nosplit
//go:norace
func copyHeld(h *held) {
	const setMask, pollIn, slice = 2, 1, 100 // milliseconds
	all, before := ^uint64(0), uint64(0)
	syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, setMask, uintptr(unsafe.Pointer(&all)), uintptr(unsafe.Pointer(&before)), 8, 0, 0)
	for i := 0; i < len(h.batches) && h.answer[0] == 0; i++ {
		batch := h.batches[i]
		_, _, h.errno = syscall.RawSyscall(syscall.SYS_WRITE, h.command, uintptr(unsafe.Pointer(&batch[0])), uintptr(len(batch)))
		if h.errno != 0 {
			break
		}
		for {
			h.events.fd, h.events.events = int32(h.reply), pollIn
			h.slice.Sec, h.slice.Nsec = 0, slice*1000000
			n, _, _ := syscall.RawSyscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&h.events)), 1, uintptr(unsafe.Pointer(&h.slice)), 0, 0, 0)
			if int(n) > 0 {
				break
			}
			if pid, _, _ := syscall.RawSyscall6(syscall.SYS_WAIT4, h.pid, 0, syscall.WNOHANG|syscall.WALL, 0, 0, 0); pid == h.pid {
				h.over = true
				break
			}
			if h.patience -= slice; h.patience <= 0 {
				h.late = true
				break
			}
		}
		if h.over || h.late {
			break
		}
		syscall.RawSyscall(syscall.SYS_READ, h.reply, uintptr(unsafe.Pointer(&h.answer)), 16)
	}
	syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, setMask, uintptr(unsafe.Pointer(&before)), 0, 8, 0, 0)
}

// gone tells whether the child has ended, and reaps it.
func (c *child) gone() bool {
	if !c.over {
		pid, err := syscall.Wait4(c.pid, nil, syscall.WNOHANG|syscall.WALL, nil)
		c.over = pid == c.pid || err == syscall.ECHILD
	}
	return c.over
}

// end kills and reaps the child. One that the kernel does not let go of, as of a dead network disk, is waited for elsewhere.
func (c *child) end() {
	const patience = 2 * time.Second
	if !c.gone() {
		syscall.Kill(c.pid, syscall.SIGKILL)
	}
	for begin := time.Now(); !c.gone(); time.Sleep(200 * time.Microsecond) {
		if time.Since(begin) > patience {
			go func(c child) {
				for !c.gone() {
					time.Sleep(time.Second)
				}
				c.closeOpened()
			}(*c)
			return
		}
	}
	c.closeOpened()
}

// closeOpened closes what the child has opened in the common table of descriptors when it ended before it could say so.
func (c *child) closeOpened() {
	if c.told {
		return
	}
	descriptors, _ := os.ReadDir("/proc/self/fd")
	for _, entry := range descriptors {
		link, _ := os.Readlink("/proc/self/fd/" + entry.Name())
		dir, name := path.Split(link)
		if dir != "/proc/"+strconv.Itoa(c.pid)+"/" || name != "maps" && name != "smaps" && name != "pagemap" {
			continue
		}
		if fd, err := strconv.Atoi(entry.Name()); err == nil {
			syscall.Close(fd)
		}
	}
}

// ownFile of a descriptor that the child opened in the common table; nil when it could not.
func ownFile(fd int64, name string) *os.File {
	if fd < 0 {
		return nil
	}
	return os.NewFile(uintptr(fd), name)
}

// procFile is the path of the first of these files of the process that there is, ending in a NUL.
func procFile(names ...string) []byte {
	for _, name := range names[:len(names)-1] {
		if _, err := os.Stat("/proc/self/" + name); err == nil {
			return []byte("/proc/self/" + name + "\x00")
		}
	}
	return []byte("/proc/self/" + names[len(names)-1] + "\x00")
}
