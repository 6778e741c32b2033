//go:build linux && (amd64 || arm64)

package capture

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func waitFor(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	for begin := time.Now(); !isSo(); time.Sleep(time.Millisecond) {
		if time.Since(begin) > time.Minute {
			t.Fatal("not within a minute: ", what)
		}
	}
}

// stopChild waits for the child of a capture and stops it.
func stopChild(t *testing.T) (pid int) {
	t.Helper()
	waitFor(t, "a child", func() bool { return len(children(t)) > 0 })
	pid = children(t)[0]
	syscall.Kill(pid, syscall.SIGSTOP)
	return pid
}

// A client that goes away while its capture is written, and one that asks meanwhile.
func TestClientGoesAway(t *testing.T) {
	dense(t, 64<<20)
	for _, query := range []string{"", "?download"} {
		dir := filepath.Join(t.TempDir(), "cores")
		server, h := serve(t, Options{Store: Store{Dir: dir}, MinInterval: 1})
		ctx, leave := context.WithCancel(context.Background())
		request, _ := http.NewRequestWithContext(ctx, "POST", server.URL+query, nil)
		request.Header.Set(Header, "1")
		ended := make(chan error)
		go func() {
			response, err := http.DefaultClient.Do(request)
			if err == nil {
				response.Body.Close()
			}
			ended <- err
		}()
		stopChild(t)
		if response, _ := send(t, "POST", server.URL+query, Header+": 1"); response.StatusCode != http.StatusConflict {
			t.Errorf("a second one: %d", response.StatusCode)
		}
		leave()
		if err := <-ended; err == nil {
			t.Error("it got an answer")
		}
		waitFor(t, "the end of the capture", func() bool {
			if !h.mutex.TryLock() {
				return false
			}
			h.mutex.Unlock()
			return true
		})
		if left := entries(t, dir); len(left) != 0 || len(children(t)) != 0 {
			t.Errorf("left %v, children %v", left, children(t))
		}
		if response, text := send(t, "POST", server.URL, Header+": 1"); response.StatusCode != http.StatusOK {
			t.Errorf("afterwards: %d %s", response.StatusCode, text)
		}
	}
}

// A client that does not read keeps neither the child nor others from capturing, and is left in the end.
func TestSlowClient(t *testing.T) {
	dense(t, 64<<20) // more than buffers of sockets
	dir := filepath.Join(t.TempDir(), "cores")
	logged := make(chan string, 99)
	server, h := serve(t, Options{Store: Store{Dir: dir}, MinInterval: 1, Log: func(format string, _ ...any) { logged <- format }})
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	io.WriteString(connection, "POST /?download HTTP/1.1\r\nHost: 127.0.0.1\r\n"+Header+": 1\r\nContent-Length: 0\r\n\r\n")
	for format := range logged {
		if strings.Contains(format, "sent to") {
			break
		}
	}
	if len(children(t)) != 0 {
		t.Error("the child waits for the client")
	}
	if response, text := send(t, "POST", server.URL, Header+": 1"); response.StatusCode != http.StatusOK {
		t.Errorf("another: %d %s", response.StatusCode, text)
	}
	if response, _ := send(t, "POST", server.URL+"?download", Header+": 1"); response.StatusCode != http.StatusConflict {
		t.Errorf("another download: %d", response.StatusCode)
	}
	if h.sendTime(5<<20) != time.Minute+5*time.Second {
		t.Error(h.sendTime(5 << 20))
	}
	connection.Close()
	waitFor(t, "the end of the download", h.sending.TryLock)
	h.sending.Unlock()
	if left := entries(t, dir); len(left) != 1 {
		t.Errorf("left %v", left)
	}
}

// A client that stops reading for good is left when its time is over.
func TestStalledClient(t *testing.T) {
	dense(t, 64<<20)
	server, h := serve(t, Options{Store: Store{Dir: filepath.Join(t.TempDir(), "cores")}, MinInterval: 1, Config: Config{Timeout: 3 * time.Second}})
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	h.slowest = 1 << 40
	io.WriteString(connection, "POST /?download HTTP/1.1\r\nHost: 127.0.0.1\r\n"+Header+": 1\r\nContent-Length: 0\r\n\r\n")
	waitFor(t, "the download", func() bool {
		if h.sending.TryLock() {
			h.sending.Unlock()
			return false
		}
		return true
	})
	waitFor(t, "its end", h.sending.TryLock)
	h.sending.Unlock()
}

const killedVariable = "GOHEAP_CAPTURE_KILLED"

// A service that is killed while it captures leaves neither a child, nor for long a file.
func TestKilledService(t *testing.T) {
	if dir := os.Getenv(killedVariable); dir != "" {
		dense(t, 128<<20)
		Store{Dir: dir}.capture(context.Background(), Config{})
		return
	}
	dir := filepath.Join(t.TempDir(), "cores")
	service := exec.Command("/proc/self/exe", "-test.run=^TestKilledService$")
	service.Env = append(os.Environ(), killedVariable+"="+dir)
	if err := service.Start(); errors.Is(err, syscall.ENOEXEC) {
		t.Skip("an emulator of this processor starts no processes: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	childOf := func() int {
		list, _ := filepath.Glob("/proc/" + strconv.Itoa(service.Process.Pid) + "/task/*/children")
		for _, path := range list {
			text, _ := os.ReadFile(path)
			if fields := strings.Fields(string(text)); len(fields) > 0 {
				pid, _ := strconv.Atoi(fields[0])
				return pid
			}
		}
		return 0
	}
	child := 0
	waitFor(t, "a child", func() bool {
		child = childOf()
		return child != 0
	})
	syscall.Kill(child, syscall.SIGSTOP)
	service.Process.Kill()
	service.Wait()
	syscall.Kill(child, syscall.SIGCONT) // it may not have come so far as to be killed with its parent: then it sees that it has none
	waitFor(t, "the end of the child", func() bool {
		status, err := os.ReadFile("/proc/" + strconv.Itoa(child) + "/status")
		return err != nil || strings.Contains(string(status), "State:\tZ")
	})
	left := entries(t, dir)
	if len(left) != 1 || !strings.HasPrefix(left[0], "."+filePrefix) {
		t.Fatalf("left %v", left)
	}
	abandoned := filepath.Join(dir, left[0])
	if result, err := (Store{Dir: dir}).capture(context.Background(), Config{}); err != nil || len(entries(t, dir)) != 2 {
		t.Errorf("%+v, %v; left %v", result, err, entries(t, dir))
	}
	old := time.Now().Add(-time.Hour) // it may just be made, as far as the next one knows
	os.Chtimes(abandoned, old, old)
	if _, err := (Store{Dir: dir}).capture(context.Background(), Config{}); err != nil {
		t.Error(err)
	}
	if left := entries(t, dir); len(left) != 2 || strings.HasPrefix(left[0], ".") || strings.HasPrefix(left[1], ".") {
		t.Errorf("left %v", left)
	}
}

func TestWhatIsWrittenIsNotAbandoned(t *testing.T) {
	dir, err := openDirectory(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	const name = ".goheap-x" + partialSuffix
	file, err := dir.create(name)
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	os.Chtimes(file.Name(), old, old)
	os.WriteFile(filepath.Join(dir.path, ".goheap-other"), nil, 0o600)
	os.Chtimes(filepath.Join(dir.path, ".goheap-other"), old, old)
	dir.removeAbandoned(".goheap-")
	if left := entries(t, dir.path); len(left) != 2 {
		t.Errorf("left %v", left)
	}
	file.Close()
	dir.removeAbandoned(".goheap-")
	if left := entries(t, dir.path); len(left) != 1 || left[0] != ".goheap-other" {
		t.Errorf("left %v", left)
	}
}
