//go:build !go1.26

package capture

const heapDumpThrows = false
