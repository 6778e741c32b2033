//go:build linux && (amd64 || arm64)

package capture

import (
	"context"
	"debug/elf"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

const prctlSetDumpable, prctlSetNoNewPrivs = 4, 38

// forbidFork has the kernel refuse each clone that does not make a thread, for all threads, as a strict seccomp profile does.
func forbidFork(t *testing.T) {
	t.Helper()
	seccomp := uintptr(317)
	if runtime.GOARCH == "arm64" {
		seccomp = 277
	}
	const (
		load, equal, anyBit, give = 0x20, 0x15, 0x45, 0x06 // BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, …JSET, BPF_RET
		numberAt, flagsAt         = 0, 16                  // in struct seccomp_data
		allow, refuse             = 0x7fff0000, 0x00050000
		modeFilter, allToo        = 1, 1 // SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC
		sysClone3                 = 435
	)
	filter := []syscall.SockFilter{
		{Code: load, K: numberAt},
		{Code: equal, K: sysClone3, Jt: 5}, // its flags are out of reach: libraries take clone instead
		{Code: equal, K: syscall.SYS_CLONE, Jf: 2},
		{Code: load, K: flagsAt},
		{Code: anyBit, K: syscall.CLONE_THREAD, Jf: 1},
		{Code: give, K: allow},
		{Code: give, K: refuse | uint32(syscall.EPERM)},
		{Code: give, K: refuse | uint32(syscall.ENOSYS)},
	}
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if _, _, err := syscall.RawSyscall6(syscall.SYS_PRCTL, prctlSetNoNewPrivs, 1, 0, 0, 0, 0); err != 0 {
		t.Skip("no_new_privs: ", err)
	}
	if _, _, err := syscall.RawSyscall(seccomp, modeFilter, allToo, uintptr(unsafe.Pointer(&program))); err != 0 {
		t.Skip("no filters of system calls here: ", err)
	}
}

// Where clone(2) is forbidden the answer says so, the service goes on, and what can be had is a heap dump.
func TestForbiddenFork(t *testing.T) {
	if !alone(t, nil) {
		return
	}
	dir := filepath.Join(t.TempDir(), "cores")
	server, _ := serve(t, Options{Store: Store{Dir: dir}, MinInterval: 1})
	forbidFork(t)
	response, text := send(t, "POST", server.URL, Header+": 1")
	switch {
	case heapDumpThrows:
		if response.StatusCode != http.StatusNotImplemented || !strings.Contains(text, "clone: operation not permitted (a seccomp filter?)") {
			t.Errorf("%d %s", response.StatusCode, text)
		}
		if left := entries(t, dir); len(left) != 0 {
			t.Errorf("left %v", left)
		}
	default:
		left := entries(t, dir)
		if response.StatusCode != http.StatusOK || len(left) != 1 || !strings.HasSuffix(left[0], heapDumpSuffix) || !strings.Contains(text, "seccomp") {
			t.Errorf("%d %s, %v", response.StatusCode, text, left)
		}
	}
	if _, err := Write(context.Background(), filepath.Join(t.TempDir(), "core"), Config{CoreOnly: true}); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
	if response, _ := send(t, "GET", server.URL); response.StatusCode != http.StatusOK {
		t.Errorf("afterwards: %d", response.StatusCode)
	}
}

// A process that gave up being dumpable, as after a change of user, may not read its own pagemap: every page is looked at then.
func TestNotDumpable(t *testing.T) {
	var attributes *syscall.SysProcAttr
	if os.Getuid() == 0 {
		attributes = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	if !alone(t, attributes) {
		return
	}
	if _, _, err := syscall.RawSyscall(syscall.SYS_PRCTL, prctlSetDumpable, 0, 0); err != 0 {
		t.Fatal(err)
	}
	if _, err := os.Open("/proc/self/pagemap"); err == nil {
		t.Log("the pagemap can be read all the same")
	}
	block := mark("not dumpable")
	path := filepath.Join(t.TempDir(), "core")
	result, err := Write(context.Background(), path, Config{CoreOnly: true})
	if errors.Is(err, ErrUnsupported) && strings.Contains(err.Error(), "bytes to look at") {
		t.Skip("the race detector reserves too much: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	core, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAt(t, core, addressOf(block)+4<<20+100, 12); string(got) != "not dumpable" {
		t.Errorf("%q", got)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != result.Size || diskSize(info) > 64<<20 {
		t.Errorf("%v, %v", info, err)
	}
}

// smallDisk in a mount namespace of the test's own process.
func smallDisk(t *testing.T, megabytes string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		t.Skip("no mounts here: ", err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=700,size="+megabytes+"m"); err != nil {
		t.Skip("no tmpfs here: ", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// ownMounts for a process: also of a user without rights, where that is allowed.
func ownMounts(t *testing.T) *syscall.SysProcAttr {
	t.Helper()
	attributes := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		one := func(id int) []syscall.SysProcIDMap { return []syscall.SysProcIDMap{{HostID: id, Size: 1}} }
		attributes.Cloneflags |= syscall.CLONE_NEWUSER
		attributes.UidMappings, attributes.GidMappings = one(os.Getuid()), one(os.Getgid())
	}
	probe := exec.Command("/bin/true")
	if probe.SysProcAttr = attributes; probe.Run() != nil {
		t.Skip("no mount namespaces here")
	}
	return attributes
}

func TestDiskIsTooSmall(t *testing.T) {
	if !alone(t, ownMounts(t)) {
		return
	}
	dir := smallDisk(t, "4")
	server, _ := serve(t, Options{Store: Store{Dir: dir}, MinInterval: 1})
	for _, query := range []string{"", "?download"} {
		response, text := send(t, "POST", server.URL+query, Header+": 1")
		if response.StatusCode != http.StatusInsufficientStorage || !strings.Contains(text, "free in "+dir) || len(entries(t, dir)) != 0 {
			t.Errorf("%d %s, left %v", response.StatusCode, text, entries(t, dir))
		}
	}
}

// The disk had room, and fills while the child writes.
func TestDiskFillsMeanwhile(t *testing.T) {
	if !alone(t, ownMounts(t)) {
		return
	}
	dense(t, 48<<20)
	dir := smallDisk(t, "256")
	filler := filepath.Join(dir, "filler")
	filled := make(chan struct{})
	go func() {
		defer close(filled)
		for len(children(t)) == 0 {
			time.Sleep(50 * time.Microsecond)
		}
		child := children(t)[0]
		syscall.Kill(child, syscall.SIGSTOP)
		defer syscall.Kill(child, syscall.SIGCONT)
		file, err := os.Create(filler)
		if err != nil {
			return
		}
		defer file.Close()
		for piece := make([]byte, 1<<20); err == nil; {
			_, err = file.Write(piece)
		}
	}()
	path := filepath.Join(dir, "core")
	_, err := Write(context.Background(), path, Config{Force: true})
	<-filled
	if !errors.Is(err, ErrNoSpace) || !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if left := entries(t, dir); len(left) != 1 || len(children(t)) != 0 {
		t.Errorf("left %v, children %v", left, children(t))
	}
	os.Remove(filler)
	if _, err := Write(context.Background(), path, Config{Force: true}); err != nil {
		t.Errorf("after it: %v", err)
	}
}

// Too little memory for the copies that writing makes: refused, unless it is asked for, or nothing is written meanwhile.
func TestHeadroom(t *testing.T) {
	resident, err := residentBytes()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { systemRoot = "/" }()
	dir := t.TempDir()
	room := func(free int64) {
		systemRoot = t.TempDir()
		for path, text := range map[string]string{
			"proc/self/cgroup":    "0::/\n",
			"proc/self/mountinfo": "30 1 0:26 / /cg rw - cgroup2 cgroup2 rw\n",
			"cg/memory.max":       "10000000000\n",
			"cg/memory.current":   itoa(10000000000-free) + "\n",
			"proc/meminfo":        "MemTotal: 100000000 kB\nMemAvailable: 100000000 kB\n",
		} {
			path = filepath.Join(systemRoot, path)
			os.MkdirAll(filepath.Dir(path), 0o700)
			os.WriteFile(path, []byte(text), 0o600)
		}
	}
	room(resident / 4)
	server, _ := serve(t, Options{Store: Store{Dir: filepath.Join(dir, "cores")}, MinInterval: 1})
	response, text := send(t, "POST", server.URL, Header+": 1")
	if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(text, "the control group "+systemRoot+"/cg has "+itoa(resident/4)) {
		t.Errorf("%d %s", response.StatusCode, text)
	}
	for _, config := range []Config{{Force: true}, {Hold: true}} {
		if _, err := Write(context.Background(), filepath.Join(dir, "core"), config); err != nil {
			t.Errorf("%+v: %v", config, err)
		}
	}
	room(resident * 4)
	if _, err := Write(context.Background(), filepath.Join(dir, "core"), Config{}); err != nil {
		t.Error(err)
	}
}

// The control groups of the machine that the test runs on: what the kernel says, if there is a limit.
func TestOwnCgroups(t *testing.T) {
	for _, r := range cgroups("/") {
		if r.limit == 0 || r.free > r.limit || !strings.HasPrefix(r.where, "the control group /") {
			t.Errorf("%+v", r)
		}
	}
	if rooms := machineRoom("/"); len(rooms) != 1 || rooms[0].free == 0 || rooms[0].limit < rooms[0].free {
		t.Errorf("%+v", rooms)
	}
}
