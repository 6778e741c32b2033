//go:build go1.25

package capture

import (
	"os"
	"runtime"
)

// restoreProcessors ends GOMAXPROCS(1). A number that is the default is set as the default, so that the runtime goes on to follow the control
// group's limit, which any call of GOMAXPROCS ends.
func restoreProcessors(before int) {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.SetDefaultGOMAXPROCS()
	}
	if runtime.GOMAXPROCS(0) != before {
		runtime.GOMAXPROCS(before)
	}
}
