//go:build linux && (amd64 || arm64)

package capture

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

var kept [][]byte

// mark in a page of its own, behind pages of zeros that were touched.
func mark(text string) []byte {
	block := make([]byte, 8<<20)
	for i := 0; i < len(block); i += int(page) {
		block[i] = 1
		block[i] = 0
	}
	copy(block[4<<20+100:], text)
	kept = append(kept, block)
	return block
}

func readAt(t *testing.T, core *elf.File, address uint64, size int) []byte {
	t.Helper()
	for _, p := range core.Progs {
		if p.Type == elf.PT_LOAD && p.Vaddr <= address && address+uint64(size) <= p.Vaddr+p.Filesz {
			data := make([]byte, size)
			if _, err := p.ReadAt(data, int64(address-p.Vaddr)); err != nil {
				t.Fatal(err)
			}
			return data
		}
	}
	t.Fatalf("%#x is not in the core", address)
	return nil
}

func TestCoreHoldsTheMemoryOfItsMoment(t *testing.T) {
	for _, hold := range []bool{false, true} {
		text := "held: " + strconv.FormatBool(hold)
		block := mark(text)
		path := filepath.Join(t.TempDir(), "core")
		processors := runtime.GOMAXPROCS(0)
		begin := time.Now()
		result, err := Write(context.Background(), path, Config{Trigger: "test", Labels: map[string]string{"pod": "a"}, Hold: hold})
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOMAXPROCS(0) != processors {
			t.Errorf("GOMAXPROCS is %d, was %d", runtime.GOMAXPROCS(0), processors)
		}
		copy(block[4<<20+100:], "changed since")
		core, err := elf.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := readAt(t, core, addressOf(block)+4<<20+100, len(text)); string(got) != text {
			t.Errorf("the core has %q, the memory had %q", got, text)
		}
		if result.Kind != Core || result.Pause <= 0 || result.Pause > result.Elapsed {
			t.Errorf("%+v", result)
		}
		info, err := os.Stat(path)
		if err != nil || info.Size() != result.Size || info.Mode() != 0o600 {
			t.Errorf("%v, %v; %+v", info, err, result)
		}
		// The zeros of the block are holes: it is dense in memory.
		if disk := diskSize(info); disk > result.Written+result.Written/10+1<<16 || result.Written > info.Size()-6<<20 {
			t.Errorf("%d bytes on disk, %d written, the file has %d", disk, result.Written, info.Size())
		}
		about := readAbout(t, core)
		at, err := time.Parse(time.RFC3339, about.Time)
		if about.Trigger != "test" || about.Labels["pod"] != "a" || about.Held != hold || err != nil || at.Sub(begin).Abs() > time.Minute {
			t.Errorf("%+v", about)
		}
	}
}

func readAbout(t *testing.T, core *elf.File) (a about) {
	t.Helper()
	for _, p := range core.Progs {
		if p.Type != elf.PT_NOTE {
			continue
		}
		data := make([]byte, p.Filesz)
		p.ReadAt(data, 0)
		_, json1, ok := bytes.Cut(data, []byte("goheap\x00\x00"))
		if !ok {
			t.Fatal("no note of goheap")
		}
		if err := json.NewDecoder(bytes.NewReader(json1)).Decode(&a); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func entries(t *testing.T, path string) []string {
	t.Helper()
	list, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(list))
	for i, entry := range list {
		names[i] = entry.Name()
	}
	return names
}

// children of this process, zombies too.
func children(t *testing.T) (pids []int) {
	t.Helper()
	for _, name := range entries(t, "/proc") {
		stat, err := os.ReadFile("/proc/" + name + "/stat")
		pid, err2 := strconv.Atoi(name)
		if err != nil || err2 != nil {
			continue
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(os.Getpid()) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func TestManyCapturesLeaveNothing(t *testing.T) {
	dir := t.TempDir()
	stop := make(chan struct{})
	defer close(stop)
	var turns atomic.Int64
	for i := 0; i < 3; i++ {
		go func() { // a load of allocations, system calls and hand-overs
			channel := make(chan []byte, 1)
			for {
				select {
				case <-stop:
					return
				case channel <- make([]byte, 1000):
					<-channel
					os.Stat("/")
					time.Sleep(50 * time.Microsecond)
					turns.Add(1)
				}
			}
		}()
	}
	capture := func(n int) {
		for i := 0; i < n; i++ {
			path := filepath.Join(dir, "core")
			if _, err := Write(context.Background(), path, Config{Hold: i%10 == 9}); err != nil {
				t.Fatal(i, err)
			}
			os.Remove(path) // to replace a file makes ext4 write the new one out
		}
	}
	state := func() (goroutines, files, threads int, resident int64) {
		runtime.GC()
		resident, _ = residentBytes()
		return runtime.NumGoroutine(), len(entries(t, "/proc/self/fd")), len(entries(t, "/proc/self/task")), resident
	}
	capture(20)
	goroutines1, files1, threads1, resident1 := state()
	before := turns.Load()
	capture(200)
	goroutines2, files2, threads2, resident2 := state()
	if goroutines2 > goroutines1 || files2 > files1 || threads2 > threads1+3 || resident2 > resident1+resident1/4+8<<20 {
		t.Errorf("goroutines %d → %d, descriptors %d → %d, threads %d → %d, resident %d → %d",
			goroutines1, goroutines2, files1, files2, threads1, threads2, resident1, resident2)
	}
	if left := children(t); len(left) != 0 {
		t.Errorf("children %v", left)
	}
	if turns.Load() == before {
		t.Error("the program stood still")
	}
	if names := entries(t, dir); len(names) != 0 {
		t.Errorf("%v", names)
	}
}

// expectFailure of a capture during which disturb runs with the child's number. The program must have lost nothing by it.
func expectFailure(t *testing.T, config Config, ctx context.Context, disturb func(pid int)) error {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "core")
	os.WriteFile(path, []byte("before"), 0o600)
	files := len(entries(t, "/proc/self/fd"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for begin := time.Now(); time.Since(begin) < 10*time.Second; time.Sleep(50 * time.Microsecond) {
			if pids := children(t); len(pids) > 0 {
				disturb(pids[0])
				return
			}
		}
	}()
	_, err := Write(ctx, path, config)
	<-done
	if err == nil {
		t.Error("the capture succeeded")
	}
	if text, _ := os.ReadFile(path); string(text) != "before" || len(entries(t, dir)) != 1 {
		t.Errorf("%q in %v", text, entries(t, dir))
	}
	if left := children(t); len(left) != 0 || len(entries(t, "/proc/self/fd")) != files {
		t.Errorf("children %v, %d descriptors, before %d", left, len(entries(t, "/proc/self/fd")), files)
	}
	if _, err := Write(context.Background(), path, Config{}); err != nil {
		t.Errorf("after it: %v", err)
	}
	return err
}

// dense memory, so that the child takes its time; until the end of the test.
func dense(t *testing.T, size int) {
	t.Cleanup(func() {
		kept = nil
		debug.FreeOSMemory()
	})
	block := make([]byte, size)
	for i := range block {
		block[i] = byte(i) | 1
	}
	kept = append(kept, block)
}

// A child that is killed before it has said which descriptors it has made.
func TestKilledAtOnce(t *testing.T) {
	if _, err := Write(context.Background(), filepath.Join(t.TempDir(), "core"), Config{}); err != nil { // the runtime's own descriptors
		t.Fatal(err)
	}
	files := len(entries(t, "/proc/self/fd"))
	for i := 0; i < 20; i++ {
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			for len(children(t)) == 0 && ctx.Err() == nil {
				time.Sleep(10 * time.Microsecond)
			}
			cancel()
		}()
		Write(ctx, filepath.Join(t.TempDir(), "core"), Config{})
		cancel()
	}
	if now := len(entries(t, "/proc/self/fd")); now > files {
		t.Errorf("%d descriptors, before %d", now, files)
	}
}

func TestKilledChild(t *testing.T) {
	dense(t, 64<<20)
	err := expectFailure(t, Config{}, context.Background(), func(pid int) { syscall.Kill(pid, syscall.SIGKILL) })
	if !errors.Is(err, errChildEnded) {
		t.Error(err)
	}
	// A child that does not go on, and a client that went away.
	stopChild := func(pid int) { syscall.Kill(pid, syscall.SIGSTOP) }
	if err := expectFailure(t, Config{Timeout: 300 * time.Millisecond}, context.Background(), stopChild); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := expectFailure(t, Config{}, ctx, func(pid int) { stopChild(pid); cancel() }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestLimits(t *testing.T) {
	refused := func(config Config, want error) {
		t.Helper()
		dir := t.TempDir()
		if _, err := Write(context.Background(), filepath.Join(dir, "core"), config); !errors.Is(err, want) || len(entries(t, dir)) != 0 {
			t.Errorf("%v, left %v", err, entries(t, dir))
		}
	}
	refused(Config{MaxBytes: 1000}, ErrNoSpace)
	var limit syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit)
	syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: limit.Max})
	refused(Config{}, ErrNoSpace)
	syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
	if _, err := Write(context.Background(), "/proc/self/core", Config{}); err == nil {
		t.Error("written to /proc")
	}
	running.Lock()
	refused(Config{}, ErrBusy)
	running.Unlock()
}

// The longest time that a goroutine which wants to run every millisecond did not.
func TestPause(t *testing.T) {
	dense(t, 200<<20)
	stop, gap := make(chan struct{}), make(chan time.Duration)
	go func() {
		longest, last := time.Duration(0), time.Now()
		for {
			select {
			case <-stop:
				gap <- longest
				return
			case <-time.After(time.Millisecond):
			}
			now := time.Now()
			if now.Sub(last) > longest {
				longest = now.Sub(last)
			}
			last = now
		}
	}()
	result, err := Write(context.Background(), filepath.Join(t.TempDir(), "core"), Config{})
	close(stop)
	longest := <-gap
	t.Logf("pause %v, longest gap %v, %v in all, %d bytes", result.Pause, longest, result.Elapsed, result.Written)
	if err != nil || result.Written < 200<<20 || result.Pause > time.Second {
		t.Errorf("%+v, %v", result, err)
	}
}
