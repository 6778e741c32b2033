package capture

import (
	"os/exec"
	"syscall"
)

// endWithParent, and not before: the thread that starts it must live on.
func endWithParent(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
