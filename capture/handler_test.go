package capture

import (
	"debug/elf"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

func serve(t *testing.T, options Options) (*httptest.Server, *handler) {
	h := Handler(options)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server, h.(*handler)
}

// request to the server; changes may be "Header: value", "host: value" and "body: form".
func send(t *testing.T, method, url string, changes ...string) (*http.Response, string) {
	t.Helper()
	response, text, _ := sendLarge(t, method, url, changes...)
	return response, text
}

// sendLarge keeps the first megabytes of the answer only: with holes it may have gigabytes.
func sendLarge(t *testing.T, method, url string, changes ...string) (response *http.Response, first string, size int64) {
	t.Helper()
	var body io.Reader
	for _, change := range changes {
		if form, ok := strings.CutPrefix(change, "body: "); ok {
			body = strings.NewReader(form)
		}
	}
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		switch name, value, _ := strings.Cut(change, ": "); name {
		case "body":
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		case "host":
			r.Host = value
		default:
			r.Header.Set(name, value)
		}
	}
	response, err = http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 32<<20))
	if err != nil {
		t.Fatal(err)
	}
	rest, err := io.Copy(io.Discard, response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text), int64(len(text)) + rest
}

func TestHandlerRefuses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cores")
	server, _ := serve(t, Options{Store: Store{Dir: dir}})
	behind, _ := serve(t, Options{Store: Store{Dir: dir}, Authorize: func(r *http.Request) bool { return r.Header.Get("Key") == "right" }})
	for _, c := range []struct {
		url     string
		changes []string
		status  int
	}{
		{server.URL, nil, http.StatusForbidden}, // neither header nor token
		{server.URL, []string{"body: token=00"}, http.StatusForbidden},
		{server.URL, []string{Header + ": 1", "host: rebound.example"}, http.StatusForbidden},
		{server.URL, []string{Header + ": 1", "Origin: http://evil.example"}, http.StatusForbidden},
		{server.URL, []string{Header + ": 1", "Origin: null"}, http.StatusForbidden},
		{server.URL, []string{Header + ": 1", "Sec-Fetch-Site: same-site"}, http.StatusForbidden},
		{server.URL, []string{Header + ": 1", "X-Forwarded-For: 10.0.0.1"}, http.StatusForbidden},
		{behind.URL, []string{Header + ": 1", "Key: wrong"}, http.StatusForbidden},
		{behind.URL, []string{Header + ": 1", "Key: right", "Origin: http://evil.example"}, http.StatusForbidden},
	} {
		if response, text := send(t, "POST", c.url, c.changes...); response.StatusCode != c.status {
			t.Errorf("%v: %d %s", c.changes, response.StatusCode, text)
		}
	}
	for _, method := range []string{"PUT", "DELETE"} {
		if response, _ := send(t, method, server.URL); response.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, response.StatusCode)
		}
	}
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "http://127.0.0.1/", nil) // from 192.0.2.1
	Handler(Options{Store: Store{Dir: dir}}).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("from elsewhere: %d", w.Code)
	}
	if entries, err := os.ReadDir(dir); err == nil {
		t.Errorf("left %v", entries)
	}
}

func canCapture(t *testing.T) {
	hasCores := runtime.GOOS == "linux" && (runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64")
	if heapDumpThrows && !hasCores {
		t.Skip("nothing can be captured here")
	}
}

func TestHandlerCaptures(t *testing.T) {
	canCapture(t)
	dir := filepath.Join(t.TempDir(), "cores")
	server, h := serve(t, Options{Store: Store{Dir: dir, MaxFiles: 2}, MinInterval: time.Hour})
	_, page := send(t, "GET", server.URL)
	token := regexp.MustCompile(`name="token" value="([0-9a-f]+)"`).FindStringSubmatch(page)
	if token == nil {
		t.Fatal(page)
	}
	response, text := send(t, "POST", server.URL, "Origin: "+server.URL, "body: to=directory&token="+token[1])
	var result Result
	if err := json.Unmarshal([]byte(text), &result); err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(response.StatusCode, text)
	}
	info, err := os.Stat(result.Path)
	if err != nil || info.Size() != result.Size || filepath.Dir(result.Path) != dir {
		t.Errorf("%v, %+v", err, result)
	}
	if response, _ := send(t, "POST", server.URL, Header+": 1"); response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") == "" {
		t.Errorf("again at once: %d", response.StatusCode)
	}
	h.MinInterval = 0
	response, text, sent := sendLarge(t, "POST", server.URL+"?download", Header+": 1")
	if response.StatusCode == http.StatusInsufficientStorage && result.Size > result.Written+mostHoles {
		t.Log("not sent:", text)
		text = ""
	} else if response.StatusCode != http.StatusOK || response.ContentLength != sent || response.Header.Get("Goheap-Kind") != string(result.Kind) {
		t.Errorf("%d, %d bytes, %v", response.StatusCode, sent, response.Header)
	}
	if result.Kind == Core && text != "" {
		core, err := elf.NewFile(strings.NewReader(text))
		if err != nil || core.Type != elf.ET_CORE || len(core.Progs) < 5 {
			t.Errorf("downloaded: %v %v", core, err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("after the download: %v", entries)
	}
	if response, text := send(t, "GET", server.URL+"?executable"); response.StatusCode != http.StatusOK || !executableIs(t, text) {
		t.Errorf("executable: %d, %d bytes", response.StatusCode, len(text))
	}
	send(t, "POST", server.URL, Header+": 1")
	if response, text := send(t, "POST", server.URL, Header+": 1"); response.StatusCode != http.StatusInsufficientStorage {
		t.Errorf("a third: %d %s", response.StatusCode, text)
	}
	// What a request says has no part in where it is written.
	h.MaxFiles = 9
	for _, query := range []string{"?dir=/&path=../../x&name=..%2Fx&Dir=/tmp", "?to=/etc/x"} {
		response, text := send(t, "POST", server.URL+query, Header+": 1", "body: to=directory&dir=%2F&name=..%2F..%2Fx")
		if json.Unmarshal([]byte(text), &result); response.StatusCode != http.StatusOK || filepath.Dir(result.Path) != dir {
			t.Errorf("%s: %d %s", query, response.StatusCode, text)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 4 {
		t.Errorf("after them: %v", entries)
	}
	running.Lock()
	response, _ = send(t, "POST", server.URL, Header+": 1")
	running.Unlock()
	if response.StatusCode != http.StatusConflict {
		t.Errorf("while another runs: %d", response.StatusCode)
	}
}

func executableIs(t *testing.T, content string) bool {
	path, _ := os.Executable()
	data, err := os.ReadFile(path)
	return err == nil && string(data) == content
}

func TestHandlerDirectories(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("modes and links are checked on Linux")
	}
	dir := t.TempDir()
	open := filepath.Join(dir, "open")
	os.Mkdir(open, 0o700)
	os.Chmod(open, 0o777)
	link := filepath.Join(dir, "link")
	target := filepath.Join(dir, "target")
	os.Mkdir(target, 0o700)
	os.Symlink(target, link)
	for _, path := range []string{"", open, link, "/proc/self/maps"} {
		server, _ := serve(t, Options{Store: Store{Dir: path}, MinInterval: 1})
		for _, query := range []string{"", "?download"} {
			if response, text := send(t, "POST", server.URL+query, Header+": 1"); response.StatusCode != http.StatusInternalServerError {
				t.Errorf("%q: %d %s", path, response.StatusCode, text)
			}
		}
	}
	for _, path := range []string{open, target} {
		if entries, _ := os.ReadDir(path); len(entries) != 0 {
			t.Errorf("%s: %v", path, entries)
		}
	}
}

func TestOnMemory(t *testing.T) {
	canCapture(t)
	if _, err := residentBytes(); err != nil {
		t.Skip(err)
	}
	dir := filepath.Join(t.TempDir(), "cores")
	done := make(chan error, 9)
	stop := OnMemory(1<<20, WhenOptions{Store: Store{Dir: dir}, Every: time.Millisecond, Done: func(_ Result, err error) { done <- err }})
	if err := <-done; err != nil {
		t.Error(err)
	}
	time.Sleep(50 * time.Millisecond)
	stop()
	if entries, _ := os.ReadDir(dir); len(entries) != 1 || len(done) != 0 {
		t.Errorf("captured again: %v", entries)
	}
}

func TestAuthorizedFromElsewhere(t *testing.T) {
	canCapture(t)
	dir := filepath.Join(t.TempDir(), "cores")
	h := Handler(Options{Store: Store{Dir: dir}, Authorize: func(r *http.Request) bool { return r.Header.Get("Key") == "right" }})
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "http://service.example/debug/goheap/", nil) // from 192.0.2.1
	r.Header.Set(Header, "1")
	r.Header.Set("Key", "right")
	r.Header.Set("X-Forwarded-For", "10.0.0.1")
	h.ServeHTTP(w, r)
	if entries, _ := os.ReadDir(dir); w.Code != http.StatusOK || len(entries) != 1 {
		t.Errorf("%d %s, %v", w.Code, w.Body, entries)
	}
	// A viewer is for this machine whoever may capture.
	h.(*handler).Viewer = []string{"/nonexistent"}
	w = httptest.NewRecorder()
	r.URL.RawQuery = "view"
	if h.ServeHTTP(w, r); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "this machine only") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
