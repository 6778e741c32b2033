package capture

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options of Handler.
type Options struct {
	// Store is where cores are kept, and where those that are sent to the client are written before.
	Store
	// Authorize says who may. Without it: requests from this machine's loopback addresses, for a loopback Host, through no proxy.
	Authorize func(*http.Request) bool
	// MinInterval between the end of a capture and the next one: 10 s.
	MinInterval time.Duration
	// Log is told who captured what, and what was refused; nil: nobody is.
	Log func(format string, values ...any)
	// Viewer is the command that shows a capture, []string{"goheap"}, for a developer's own machine: the page has a button then that ends in the viewer.
	// It is run with `view FILE --exe PROGRAM --no-open`, for requests within this machine only, and on Linux ends with this program. What the page is asked never gets into it.
	Viewer []string
	// Config of each capture; the trigger is "http" if none is set.
	Config Config
}

// Header that a client other than the page sends with a POST, with any value: a page of another origin cannot.
const Header = "Goheap-Capture"

// Handler serves
//
//	GET              a page with what a capture costs, and buttons
//	GET ?executable  the program that runs, which a core's reader needs
//	POST             captures into Options.Dir, and says in JSON where
//	POST ?download   captures, and sends the file; it is written whole to Options.Dir before and removed at once, so that no slow client keeps the child
//	                 of the capture, nor a file when it goes away. One at a time is sent, a megabyte a second at least
//	POST ?view       captures into Options.Dir, and leads to a viewer of it: Options.Viewer
//
// The header Goheap-Kind says core or heap-dump. Refusals are 403, 409 (another capture runs), 429 (MinInterval), 501 (not possible here),
// 503 (memory), 507 (disk, quota).
func Handler(options Options) http.Handler {
	if options.MinInterval == 0 {
		options.MinInterval = 10 * time.Second
	}
	if options.Log == nil {
		options.Log = func(string, ...any) {}
	}
	if options.Config.Trigger == "" {
		options.Config.Trigger = "http"
	}
	token := make([]byte, 16)
	if _, err := rand.Read(token); err != nil {
		panic(err) // the system has no random numbers
	}
	return &handler{Options: options, token: hex.EncodeToString(token), slowest: 1 << 20}
}

type handler struct {
	Options
	token string // of the page's form

	mutex   sync.Mutex // held while a capture of this handler runs
	ended   time.Time
	sending sync.Mutex // held from a capture that is downloaded until it is sent
	slowest int64      // bytes a second that a client must take
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("X-Frame-Options", "DENY")
	viewers := "" // where a form may lead to
	if len(h.Viewer) > 0 {
		viewers = " http://127.0.0.1:*"
	}
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"+viewers+"; frame-ancestors 'none'")
	head.Set("Referrer-Policy", "same-origin")
	if reason := h.refuse(r); reason != "" {
		h.Log("capture: refused to %s: %s", r.RemoteAddr, reason)
		http.Error(w, reason, http.StatusForbidden)
		return
	}
	_, executable := r.URL.Query()["executable"]
	switch {
	case r.Method == http.MethodPost:
		h.capture(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		head.Set("Allow", "GET, HEAD, POST")
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
	case executable:
		serveExecutable(w, r)
	default:
		h.page(w, h.mayView(r) == nil)
	}
}

// refuse says why a request is not served, or "".
func (h *handler) refuse(r *http.Request) string {
	if origin := r.Header.Get("Origin"); origin != "" {
		if at, err := url.Parse(origin); err != nil || at.Host == "" || !strings.EqualFold(at.Host, r.Host) {
			return "a page of another origin"
		}
	}
	if site := r.Header.Get("Sec-Fetch-Site"); r.Method == http.MethodPost && site != "" && site != "same-origin" && site != "none" {
		return "a page of another site"
	}
	if h.Authorize != nil {
		if !h.Authorize(r) {
			return "not authorized"
		}
	} else {
		if host, _, err := net.SplitHostPort(r.RemoteAddr); err != nil || !isLoopback(host) {
			return "not from a loopback address, and Options.Authorize is not set"
		}
		if !isLoopback(hostOf(r.Host)) {
			return "the host is not a loopback address, and Options.Authorize is not set"
		}
		for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
			if r.Header.Get(name) != "" {
				return "through a proxy, and Options.Authorize is not set"
			}
		}
	}
	if r.Method == http.MethodPost && r.Header.Get(Header) == "" {
		r.Body = http.MaxBytesReader(nil, r.Body, 4096)
		if subtle.ConstantTimeCompare([]byte(r.PostFormValue("token")), []byte(h.token)) != 1 {
			return "neither the header " + Header + " nor the token of the page, which a start of the program changes"
		}
	}
	return ""
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func hostOf(hostPort string) string {
	if host, _, err := net.SplitHostPort(hostPort); err == nil {
		return host
	}
	return strings.Trim(hostPort, "[]")
}

func (h *handler) capture(w http.ResponseWriter, r *http.Request) {
	to := func(name string) bool {
		_, ok := r.URL.Query()[name]
		return ok || r.PostFormValue("to") == name
	}
	switch {
	case to("download"):
		h.download(w, r)
	case to("view"):
		if err := h.mayView(r); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		} else if result, ok := h.keep(w, r); ok {
			h.view(w, r, result)
		}
	default:
		if result, ok := h.keep(w, r); ok {
			tell(w, result)
		}
	}
}

// begin a capture, unless one runs or has just ended: then the client is told.
func (h *handler) begin(w http.ResponseWriter) (end func(), ok bool) {
	if !h.mutex.TryLock() {
		fail(w, ErrBusy)
		return nil, false
	}
	if wait := h.MinInterval - time.Since(h.ended); wait > 0 && !h.ended.IsZero() {
		h.mutex.Unlock()
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
		http.Error(w, fmt.Sprintf("the last capture ended less than %v ago", h.MinInterval), http.StatusTooManyRequests)
		return nil, false
	}
	return func() {
		h.ended = time.Now()
		h.mutex.Unlock()
	}, true
}

// keep captures into the directory. When that fails the client has been told.
func (h *handler) keep(w http.ResponseWriter, r *http.Request) (Result, bool) {
	end, ok := h.begin(w)
	if !ok {
		return Result{}, false
	}
	result, err := h.Store.capture(r.Context(), h.Config)
	end()
	h.Log("capture: for %s: %+v, %v", r.RemoteAddr, result, err)
	if err != nil {
		fail(w, err)
	}
	return result, err == nil
}

func tell(w http.ResponseWriter, result Result) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Goheap-Kind", string(result.Kind))
	json.NewEncoder(w).Encode(struct {
		Result
		View    string `json:"view"`
		Privacy string `json:"privacy"`
	}{result, fmt.Sprintf("goheap view '%s' --exe '%s'", result.Path, result.Program),
		"The file holds the program's memory: keys, tokens, the environment, users' data."})
}

// mostHoles are sent: the race detector's shadow is terabytes of them.
const mostHoles = 8 << 30

// download writes to a file that has no name any more when it is sent.
func (h *handler) download(w http.ResponseWriter, r *http.Request) {
	if !h.sending.TryLock() {
		fail(w, ErrBusy)
		return
	}
	defer h.sending.Unlock()
	end, ok := h.begin(w)
	if !ok {
		return
	}
	name := fileName(time.Now())
	file, result, err := h.Store.captureUnnamed(r.Context(), name, h.Config)
	end()
	h.Log("capture: sent to %s: %+v, %v", r.RemoteAddr, result, err)
	if err != nil {
		fail(w, err)
		return
	}
	defer file.close()
	if result.Size > result.Written+mostHoles {
		fail(w, fmt.Errorf("%w: %d bytes with holes, which are zeros when they are sent: capture into the directory", ErrNoSpace, result.Size))
		return
	}
	if result.Kind == HeapDump {
		name = strings.TrimSuffix(name, coreSuffix) + heapDumpSuffix
	}
	head := w.Header()
	head.Set("Content-Type", "application/octet-stream")
	head.Set("Content-Length", strconv.FormatInt(result.Size, 10))
	head.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	head.Set("Goheap-Kind", string(result.Kind))
	head.Set("Goheap-Pause", result.Pause.String())
	head.Set("Goheap-Build-Id", result.BuildID)
	// The deadline of this answer alone, whatever the server's own is; the server sets its own again with the next request.
	connection := http.NewResponseController(w)
	connection.SetWriteDeadline(time.Now().Add(h.sendTime(result.Size)))
	io.Copy(struct{ io.Writer }{w}, io.NewSectionReader(file.File, 0, result.Size))
	connection.SetWriteDeadline(time.Time{})
}

// sendTime is what a client has for so many bytes.
func (h *handler) sendTime(size int64) time.Duration {
	patience := h.Config.Timeout
	if patience <= 0 {
		patience = time.Minute
	}
	return patience + time.Duration(size/h.slowest)*time.Second
}

func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, ErrBusy):
		status = http.StatusConflict
	case errors.Is(err, ErrNoMemory):
		status = http.StatusServiceUnavailable
	case errors.Is(err, ErrNoSpace):
		status = http.StatusInsufficientStorage
	case errors.Is(err, ErrUnsupported):
		status = http.StatusNotImplemented
	}
	http.Error(w, err.Error(), status)
}

func serveExecutable(w http.ResponseWriter, r *http.Request) {
	path, err := os.Executable()
	if err != nil {
		fail(w, err)
		return
	}
	name := filepath.Base(path)
	file, err := os.Open("/proc/self/exe") // also when it was replaced or deleted
	if err != nil {
		file, err = os.Open(path)
	}
	if err != nil {
		fail(w, err)
		return
	}
	defer file.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename*=UTF-8''`+url.PathEscape(name))
	http.ServeContent(w, r, "", time.Time{}, file)
}

func (h *handler) page(w http.ResponseWriter, view bool) {
	program, _ := os.Executable()
	facts := struct {
		Program, Token, Dir, Resident, Free, Pause string
		Pid                                        int
		View                                       bool
	}{View: view, Program: program, Token: h.token, Dir: h.Dir, Pid: os.Getpid(), Resident: "not known", Free: "not known", Pause: "until the file is written"}
	if resident, err := residentBytes(); err == nil {
		facts.Resident = megabytes(resident)
		if !h.Config.Hold {
			facts.Pause = fmt.Sprintf("about %d ms", 1+resident*30>>30)
		}
	}
	if dir, err := openDirectory(h.Dir, true); err == nil {
		if free, err := dir.free(); err == nil {
			facts.Free = megabytes(free)
		}
		dir.close()
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	pageTemplate.Execute(w, facts)
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }

var pageTemplate = template.Must(template.New("capture").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Capture {{.Program}}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44em;margin:2em auto;padding:0 1em}th{text-align:left;font-weight:normal;padding-right:2em}
button{font:inherit;padding:.4em 1em}</style>
<h1>Capture this program's memory</h1>
<table>
<tr><th>Program<td>{{.Program}}, process {{.Pid}}
<tr><th>Resident memory<td>{{.Resident}}: about as much is written
<tr><th>Pause<td>{{.Pause}}
<tr><th>Memory<td>grows by the pages that the program writes until the file is complete, at most by what is resident
<tr><th>Free in {{.Dir}}<td>{{.Free}}
</table>
<p>The file holds keys, tokens, the environment and users' data. Read it with <code>goheap view FILE --exe PROGRAM</code>.
<form method="post"><input type="hidden" name="token" value="{{.Token}}">
{{if .View}}<button name="to" value="view">Capture and look at it</button>
{{end}}<button name="to" value="directory">Capture into the directory</button>
<button name="to" value="download">Capture and download</button>
<a href="?executable">the program itself</a></form>
`))
