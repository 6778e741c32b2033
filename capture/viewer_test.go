package capture

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// script that stands for goheap: it writes down its arguments.
func script(t *testing.T, text string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	path := filepath.Join(t.TempDir(), "viewer")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestViewer(t *testing.T) {
	canCapture(t)
	given := filepath.Join(t.TempDir(), "given")
	for _, c := range []struct {
		viewer, answer string
		status         int
	}{
		{script(t, "printf '%s\\n' \"$@\" > "+given+"; echo http://127.0.0.1:1/#token=abc; exec sleep 60"), "", http.StatusSeeOther},
		{script(t, "echo http://evil.example/; exec sleep 60"), "is no address on this machine", http.StatusInternalServerError},
		{script(t, "echo no core >&2; exit 1"), "no core", http.StatusInternalServerError},
		{"/nonexistent/goheap", "no such file", http.StatusInternalServerError},
	} {
		dir := filepath.Join(t.TempDir(), "cores")
		server, _ := serve(t, Options{Store: Store{Dir: dir}, Viewer: []string{c.viewer, "--quiet"}})
		_, page := send(t, "GET", server.URL)
		if !strings.Contains(page, `value="view"`) {
			t.Error(page)
		}
		client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		request, _ := http.NewRequest("POST", server.URL+"?view", nil)
		request.Header.Set(Header, "1")
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text := make([]byte, 1000)
		n, _ := response.Body.Read(text)
		response.Body.Close()
		if response.StatusCode != c.status || !strings.Contains(string(text[:n]), c.answer) {
			t.Errorf("%s: %d %s", c.viewer, response.StatusCode, text[:n])
		}
		kept, _ := os.ReadDir(dir)
		if len(kept) != 1 {
			t.Fatalf("kept %v", kept)
		}
		if c.status != http.StatusSeeOther {
			continue
		}
		program, _ := os.Executable()
		want := []string{"--quiet", "view", filepath.Join(dir, kept[0].Name()), "--exe", runningProgram(program), "--no-open"}
		for begin := time.Now(); time.Since(begin) < time.Minute; time.Sleep(time.Millisecond) {
			if text, _ := os.ReadFile(given); strings.HasSuffix(string(text), "--no-open\n") {
				if string(text) != strings.Join(want, "\n")+"\n" {
					t.Errorf("%s", text)
				}
				break
			}
		}
		if at := response.Header.Get("Location"); at != "http://127.0.0.1:1/#token=abc" {
			t.Error(at)
		}
	}
	server, _ := serve(t, Options{Store: Store{Dir: t.TempDir()}})
	if response, text := send(t, "POST", server.URL+"?view", Header+": 1"); response.StatusCode != http.StatusForbidden {
		t.Errorf("%d %s", response.StatusCode, text)
	}
}

// What lies at the program's path may be another file by now.
func TestRunningProgram(t *testing.T) {
	if _, err := os.Stat("/proc/self/exe"); err != nil {
		t.Skip(err)
	}
	replaced := filepath.Join(t.TempDir(), "program")
	for i := 0; i < 2; i++ { // it is not there, and it is another one
		if got := runningProgram(replaced); got != fmt.Sprintf("/proc/%d/exe", os.Getpid()) {
			t.Error(got)
		}
		os.WriteFile(replaced, nil, 0o700)
	}
	linked := filepath.Join(t.TempDir(), "program")
	if os.Symlink("/proc/self/exe", linked); runningProgram(linked) != linked {
		t.Error(runningProgram(linked))
	}
}
