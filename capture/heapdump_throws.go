//go:build go1.26

package capture

// In dumpgs of runtime/heapdump.go a goroutine that runs inside a system call is dumped and falls through to a throw.
const heapDumpThrows = true
