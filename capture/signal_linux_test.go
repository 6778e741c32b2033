//go:build linux && (amd64 || arm64)

package capture

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestOnSignal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cores")
	type attempt struct {
		result Result
		err    error
	}
	done := make(chan attempt, 9)
	stop := OnSignal(syscall.SIGUSR1, WhenOptions{
		Store: Store{Dir: dir}, CoolDown: time.Nanosecond, Done: func(result Result, err error) { done <- attempt{result, err} },
	})
	for i := 1; i <= 2; i++ {
		syscall.Kill(syscall.Getpid(), syscall.SIGUSR1)
		if a := <-done; a.err != nil || filepath.Dir(a.result.Path) != dir || len(entries(t, dir)) != i {
			t.Errorf("%+v, left %v", a, entries(t, dir))
		}
	}
	for _, name := range entries(t, dir) {
		if !strings.HasPrefix(name, filePrefix) || !strings.HasSuffix(name, coreSuffix) {
			t.Error(name)
		}
	}
	stop()
	stopAgain := OnSignal(syscall.SIGUSR1, WhenOptions{Store: Store{Dir: dir}, Done: func(result Result, err error) { done <- attempt{result, err} }})
	for i := 0; i < 2; i++ { // the second one comes within the cool-down
		syscall.Kill(syscall.Getpid(), syscall.SIGUSR1)
		time.Sleep(50 * time.Millisecond)
	}
	<-done
	stopAgain()
	if len(entries(t, dir)) != 3 || len(done) != 0 {
		t.Errorf("left %v", entries(t, dir))
	}
}
