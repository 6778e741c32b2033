// Package capture writes a core of the program that calls it, for goheap, gdb and Delve to read, while the program runs on.
//
// On linux/amd64 and linux/arm64 the process forks: the child, which has the memory of that moment, writes it to a file; the program stands still for the fork only.
// The child runs a few system calls in assembly and nothing else: no function of Go or C. No debugger, no privilege and no ptrace is needed.
//
// Elsewhere, and where the system forbids the fork, runtime/debug.WriteHeapDump is the fallback (see Config.RiskHeapDump): the program stands
// still until it is written. Result.Kind says which it was.
//
// A core holds keys, tokens, the environment and what users typed: it is as secret as the program. Files are made with mode 0600.
package capture

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// Version of this module, in the note of each core.
const Version = "0.1.0"

// Kind of a written file.
type Kind string

const (
	Core     Kind = "core"
	HeapDump Kind = "heap-dump"
)

var (
	// ErrBusy: one capture at a time.
	ErrBusy = errors.New("capture: another capture is running")
	// ErrNoMemory: copies of the pages that the program writes meanwhile may not fit.
	ErrNoMemory = errors.New("capture: too little memory to spare")
	// ErrNoSpace: the file does not fit on the disk, into a quota or under RLIMIT_FSIZE.
	ErrNoSpace = errors.New("capture: too little room for the file")
	// ErrUnsupported: neither a core nor a heap dump can be had here.
	ErrUnsupported = errors.New("capture: not possible here")
)

// Config of one capture; the zero value is meant to be used.
type Config struct {
	Trigger string            // why: goheap shows it
	Labels  map[string]string // whose: goheap shows them
	Timeout time.Duration     // of the whole; then the child is killed and the file removed. 0: a minute
	// MaxBytes is how much may be written, not counting holes. 0: as much as the disk holds with a tenth to spare.
	MaxBytes int64
	// Force captures although memory for half of what is resident is not free (Linux; of the machine and of each control group above).
	Force bool
	// Hold keeps the program at a standstill until the core is written, so that its memory does not grow: for little headroom.
	// Goroutines in system calls or C go on there. Headroom is not asked for.
	Hold bool
	// CoreOnly returns ErrUnsupported instead of falling back to a heap dump.
	CoreOnly bool
	// RiskHeapDump allows the fallback for programs of Go 1.26 and newer: debug.WriteHeapDump ends such a program with a fatal error when it
	// meets a goroutine on its way out of a system call.
	RiskHeapDump bool
}

// Result of a capture.
type Result struct {
	Kind     Kind          `json:"kind"`
	Path     string        `json:"path,omitempty"`
	Size     int64         `json:"size"`     // bytes, with holes
	Written  int64         `json:"written"`  // bytes, without
	Pause    time.Duration `json:"pause_ns"` // how long goroutines could not run
	Elapsed  time.Duration `json:"elapsed_ns"`
	Fallback string        `json:"fallback,omitempty"` // why it is a heap dump
	BuildID  string        `json:"build_id,omitempty"` // Go's, of the executable
	Program  string        `json:"executable,omitempty"`
}

// running is held by the one capture that may run: GOMAXPROCS is the process's.
var running sync.Mutex

// WriteCore writes a core of this process to path, replacing what was there; until it is whole it has another name.
// Where no core can be had it is a heap dump, see Write.
func WriteCore(path string) error {
	_, err := Write(context.Background(), path, Config{Trigger: "WriteCore"})
	return err
}

// Write is WriteCore with more said, before and after. When it fails nothing is left at path but what was there.
func Write(ctx context.Context, path string, config Config) (Result, error) {
	dir, err := openDirectory(filepath.Dir(path), false)
	if err != nil {
		return Result{}, err
	}
	defer dir.close()
	return writeInto(ctx, dir, filepath.Base(path), config)
}

func writeInto(ctx context.Context, dir *directory, name string, config Config) (Result, error) {
	if name == "" || name == "." || name == ".." || filepath.Base(name) != name {
		return Result{}, fmt.Errorf("capture: %q is not the name of a file", name)
	}
	partial := fmt.Sprintf(".%s.%d%s", name, os.Getpid(), partialSuffix)
	dir.removeAbandoned("." + name + ".")
	file, err := dir.create(partial)
	if err != nil {
		return Result{}, err
	}
	defer file.Close()
	result, err := writeTo(ctx, dir, file, config)
	if err == nil {
		err = file.Close()
	}
	if err == nil {
		err = dir.rename(partial, name)
	}
	if err != nil {
		dir.remove(partial)
		return Result{}, err
	}
	result.Path = filepath.Join(dir.path, name)
	return result, nil
}

// writeTo fills an empty file of dir.
func writeTo(ctx context.Context, dir *directory, file *os.File, config Config) (Result, error) {
	if !running.TryLock() {
		return Result{}, ErrBusy
	}
	defer running.Unlock()
	if config.Timeout <= 0 {
		config.Timeout = time.Minute
	}
	started := time.Now()
	ctx, cancel := context.WithDeadline(ctx, started.Add(config.Timeout))
	defer cancel()
	result, err := forkCore(ctx, dir, file, config)
	if errors.Is(err, ErrUnsupported) && !config.CoreOnly {
		fallback := err.Error()
		if result, err = heapDump(dir, file, config); err == nil {
			result.Fallback = fallback
		} else {
			err = fmt.Errorf("%w; instead of a core: %w", err, errors.New(fallback))
		}
	}
	result.Elapsed = time.Since(started)
	result.BuildID = buildID()
	result.Program, _ = os.Executable()
	return result, err
}

// heapDump is the fallback. The world stands still meanwhile.
func heapDump(dir *directory, file *os.File, config Config) (Result, error) {
	if heapDumpThrows && !config.RiskHeapDump {
		return Result{}, fmt.Errorf("%w: WriteHeapDump of %s can end the program (Config.RiskHeapDump allows it)", ErrUnsupported, runtime.Version())
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	if err := checkRoom(dir, int64(stats.HeapInuse+stats.StackInuse)*3/2, config.MaxBytes); err != nil {
		return Result{}, err
	}
	begin := time.Now()
	debug.WriteHeapDump(file.Fd())
	pause := time.Since(begin)
	info, err := file.Stat()
	if err != nil {
		return Result{}, err
	}
	last := make([]byte, 1) // the dump ends with a zero; what the disk refused the runtime does not tell
	if _, err := file.ReadAt(last, info.Size()-1); err != nil || last[0] != 0 {
		return Result{}, fmt.Errorf("%w: the heap dump was cut", ErrNoSpace)
	}
	return Result{Kind: HeapDump, Size: info.Size(), Written: info.Size(), Pause: pause}, nil
}

// checkRoom: for bytes to be written, and as a reserve a tenth of them and 16 MiB.
func checkRoom(dir *directory, bytes, most int64) error {
	if most > 0 && bytes > most {
		return fmt.Errorf("%w: %d bytes to write, %d allowed", ErrNoSpace, bytes, most)
	}
	free, err := dir.free()
	if err != nil {
		return nil // not known on this system
	}
	if need := bytes + bytes/10 + 16<<20; free < need {
		return fmt.Errorf("%w: %d bytes to write, with a reserve %d; free in %s: %d", ErrNoSpace, bytes, need, dir.path, free)
	}
	return nil
}
