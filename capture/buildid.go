package capture

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"sync"
)

// buildID of the executable, as `go tool buildid` says it; "" where it is not an ELF file.
var buildID = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	if _, err := os.Stat("/proc/self/exe"); err == nil {
		path = "/proc/self/exe" // the file that runs, whatever its path leads to now
	}
	file, err := elf.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	section := file.Section(".note.go.buildid")
	if section == nil {
		return ""
	}
	data, err := section.Data()
	if err != nil || len(data) < 16 {
		return ""
	}
	size := binary.LittleEndian.Uint32(data[4:])
	if uint64(size) > uint64(len(data)-16) {
		return ""
	}
	return string(data[16 : 16+size])
})
