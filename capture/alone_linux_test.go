package capture

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

const aloneVariable = "GOHEAP_CAPTURE_ALONE"

// alone runs the rest of a test in a process of its own, which may change itself for good: it is true there. attributes may be nil.
func alone(t *testing.T, attributes *syscall.SysProcAttr) bool {
	t.Helper()
	if os.Getenv(aloneVariable) == t.Name() {
		return true
	}
	command := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=5m")
	command.Env = append(os.Environ(), aloneVariable+"="+t.Name())
	command.SysProcAttr = attributes
	output, err := command.CombinedOutput()
	text := string(output)
	switch {
	case errors.Is(err, syscall.ENOEXEC):
		t.Skip("an emulator of this processor starts no processes: ", err)
	case err != nil:
		t.Errorf("%v\n%s", err, text)
	case strings.Contains(text, "--- SKIP"):
		t.Skip(text)
	case !strings.Contains(text, "--- PASS: "+t.Name()):
		t.Errorf("it did not run:\n%s", text)
	}
	return false
}
