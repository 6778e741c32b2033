//go:build linux && (amd64 || arm64)

package capture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"time"
)

// request is what forkChild is given, and the memory that the child works in. fork_linux_amd64.s and fork_linux_arm64.s know its fields.
type request struct {
	flags, parent        int64
	command, reply, file int64 // descriptors
	maps, pagemap        *byte // paths, which the child opens: its own files, also where PR_SET_DUMPABLE is 0
	limit                [2]uint64
	sp, bp, pc, g        uint64   // of the parent, at the entry of forkChild
	link, fs             uint64   // arm64: where it returns to; amd64: where thread-local memory is
	answer               [2]int64 // two descriptors first, then: -errno or 0, bytes written so far
	batch                [batchBytes]byte
}

func forkChild(r *request) (pid int64)

// forkCore writes a core of this process to file, which is empty.
//
// GOMAXPROCS(1) stops the world and leaves this goroutine as the only one that runs: all others are saved where a core's reader finds them, and
// none lives in registers of a thread that the child does not have.
func forkCore(ctx context.Context, dir *directory, file *os.File, config Config) (Result, error) {
	resident, err := residentBytes()
	if err != nil {
		return Result{}, fmt.Errorf("%w: /proc is needed: %w", ErrUnsupported, err)
	}
	if err := checkHeadroom(dir, resident, config); err != nil {
		return Result{}, err
	}
	if err := checkRoom(dir, resident, config.MaxBytes); err != nil {
		return Result{}, err
	}
	note := describe(config, time.Now())
	maps, pagemap := procFile("smaps", "maps"), procFile("pagemap")
	r := &request{
		flags: syscall.CLONE_FILES, parent: int64(os.Getpid()), file: int64(file.Fd()),
		maps: &maps[0], pagemap: &pagemap[0], limit: [2]uint64{1, 1}, // 1 and not 0: no core through a pipe either, core(5)
	}
	c, err := newChild(r)
	if err != nil {
		return Result{}, err
	}
	defer c.close()

	runtime.LockOSThread() // the child dies with the thread that made it
	defer runtime.UnlockOSThread()
	processors := runtime.GOMAXPROCS(1) // waits for the end of a collection
	stopped := time.Now()
	note.Time = stopped.UTC().Format(noteTime)
	tid := syscall.Gettid()
	err = c.fork(r)
	if errors.Is(err, syscall.EINVAL) { // qemu-user makes children as fork(2) does, and no others
		if c.maps, err = os.ReadFile("/proc/self/maps"); err == nil {
			r.flags = int64(syscall.SIGCHLD)
			err = c.fork(r)
		}
	}
	var pause time.Duration
	resume := func() {
		if pause == 0 {
			restoreProcessors(processors)
			pause = time.Since(stopped)
		}
	}
	defer resume()
	if err != nil {
		return Result{}, err
	}
	if !config.Hold {
		resume()
	}
	defer c.end()
	result, err := c.write(ctx, dir, file, config, func(maps []mapping) []byte { return coreNotes(r, tid, maps, note) })
	resume()
	if errors.Is(err, io.EOF) {
		err = errChildEnded // what is read of it in /proc ends when its memory goes
	}
	result.Pause = pause
	return result, err
}
