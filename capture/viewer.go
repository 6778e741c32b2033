package capture

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// viewerStarts within this time, or is ended.
const viewerStarts = time.Minute

// mayView: the answer is the address of a viewer on this machine, and what it shows is the program's memory. No tunnel and no Authorize changes that.
func (h *handler) mayView(r *http.Request) error {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	switch {
	case len(h.Viewer) == 0:
		return errors.New("Options.Viewer is not set")
	case err != nil || !isLoopback(host) || !isLoopback(hostOf(r.Host)):
		return errors.New("the viewer is for this machine only")
	}
	return nil
}

// view answers with the viewer's page of a capture.
func (h *handler) view(w http.ResponseWriter, r *http.Request, result Result) {
	address, err := startViewer(r.Context(), h.Viewer, result)
	if err != nil {
		h.Log("capture: the viewer: %v", err)
		http.Error(w, fmt.Sprintf("captured into %s; the viewer did not start: %v", result.Path, err), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// startViewer runs the command until it or, on Linux, this program ends, and returns the address that it prints first.
func startViewer(ctx context.Context, command []string, result Result) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, viewerStarts)
	defer cancel()
	arguments := append(append([]string{}, command[1:]...), "view", result.Path, "--exe", runningProgram(result.Program), "--no-open")
	v := &viewerProcess{Cmd: exec.Command(command[0], arguments...), started: make(chan error, 1)}
	go v.run(ctx)
	err := <-v.started
	return v.address, err
}

type viewerProcess struct {
	*exec.Cmd
	address string
	started chan error
}

// run the viewer to its end.
func (v *viewerProcess) run(ctx context.Context) {
	runtime.LockOSThread() // what ends with its parent ends with the thread that started it
	defer runtime.UnlockOSThread()
	endWithParent(v.Cmd)
	said := &firstBytes{}
	v.Stderr, v.WaitDelay = said, time.Second
	output, err := v.StdoutPipe()
	if err == nil {
		err = v.Start()
	}
	if err != nil {
		v.started <- err
		return
	}
	stop := context.AfterFunc(ctx, func() { v.Process.Kill() })
	line, _ := bufio.NewReader(output).ReadString('\n')
	address := strings.TrimSpace(line)
	at, err := url.Parse(address)
	inTime := stop()
	ok := inTime && err == nil && at.Scheme == "http" && isLoopback(at.Hostname())
	if ok {
		v.address = address
		v.started <- nil
	} else {
		v.Process.Kill()
	}
	io.Copy(io.Discard, output)
	v.Wait()
	switch {
	case ok:
	case !inTime:
		v.started <- context.Cause(ctx)
	default:
		v.started <- fmt.Errorf("%q is no address on this machine: %s", address, said.text)
	}
}

// runningProgram is path, or where another file is there by now, what the system still has of it.
func runningProgram(path string) string {
	const running = "/proc/self/exe"
	runs, err := os.Stat(running)
	if err != nil {
		return path
	}
	if there, err := os.Stat(path); err == nil && os.SameFile(runs, there) {
		return path
	}
	return fmt.Sprintf("/proc/%d/exe", os.Getpid())
}

// firstBytes that are written; the rest is not kept.
type firstBytes struct{ text []byte }

func (f *firstBytes) Write(text []byte) (int, error) {
	if room := 500 - len(f.text); room > 0 {
		f.text = append(f.text, text[:min(room, len(text))]...)
	}
	return len(text), nil
}
