//go:build !go1.25

package capture

import "runtime"

// restoreProcessors ends GOMAXPROCS(1).
func restoreProcessors(before int) { runtime.GOMAXPROCS(before) }
