package capture

import "unsafe"

func addressOf(block []byte) uint64 { return uint64(uintptr(unsafe.Pointer(&block[0]))) }
