//go:build linux && (amd64 || arm64)

package capture

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// page of the kernel: 4096, on arm64 up to 64 KiB.
var page = uint64(os.Getpagesize())

// mapping is one entry of /proc/PID/maps, with what smaps adds.
type mapping struct {
	start, end, offset uint64
	read, write, exec  bool
	shared             bool
	anonymous          bool // no file
	modified           bool // of a file: pages were copied on write; true when not known
	dontDump           bool // madvise(MADV_DONTDUMP)
	untouched          bool // no page is in memory or swapped out; false when not known
	path               string
}

// readMappings of /proc/PID/maps or /proc/PID/smaps.
func readMappings(from io.Reader) ([]mapping, error) {
	var maps []mapping
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<16)
	for lines.Scan() {
		line := lines.Bytes()
		key, value, _ := bytes.Cut(line, []byte{' '})
		if !bytes.HasSuffix(key, []byte{':'}) {
			m, err := parseMapping(string(line))
			if err != nil {
				return nil, err
			}
			maps = append(maps, m)
			continue
		}
		if len(maps) == 0 {
			continue
		}
		m := &maps[len(maps)-1]
		isNone := strings.TrimSpace(string(value)) == "0 kB"
		switch string(key) {
		case "Anonymous:":
			m.modified = !isNone
		case "Rss:":
			m.untouched = isNone
		case "Swap:":
			m.untouched = m.untouched && isNone
		case "VmFlags:":
			m.dontDump = bytes.Contains(append(value, ' '), []byte(" dd "))
		}
	}
	return maps, lines.Err()
}

// parseMapping of `start-end perms offset device inode path`.
func parseMapping(line string) (mapping, error) {
	fields := strings.Fields(line)
	bad := fmt.Errorf("capture: /proc/self/maps has a line %q", line)
	if len(fields) < 5 || len(fields[1]) != 4 {
		return mapping{}, bad
	}
	from, to, _ := strings.Cut(fields[0], "-")
	start, err1 := strconv.ParseUint(from, 16, 64)
	end, err2 := strconv.ParseUint(to, 16, 64)
	offset, err3 := strconv.ParseUint(fields[2], 16, 64)
	if err1 != nil || err2 != nil || err3 != nil || start >= end {
		return mapping{}, bad
	}
	perms := fields[1]
	m := mapping{
		start: start, end: end, offset: offset,
		read: perms[0] == 'r', write: perms[1] == 'w', exec: perms[2] == 'x', shared: perms[3] == 's',
		anonymous: fields[4] == "0", modified: true,
	}
	if len(fields) > 5 {
		m.path = line[strings.Index(line, fields[5]):]
		if i := strings.Index(line, " "+fields[5]); i >= 0 {
			m.path = line[i+1:]
		}
	}
	return m, nil
}

// Extents of a mapping in the core, as Linux decides with the default coredump_filter, but for shared memory, which is left out.
const (
	left    = iota // no segment
	inFile         // a segment without bytes: they are in the mapped file
	header         // its first page
	whole          // every page
	touched        // the pages that were touched; holes are zeros
)

func (m mapping) extent() int {
	switch {
	case m.end > 1<<63, m.dontDump, m.shared, strings.HasPrefix(m.path, "[vvar"), m.path == "[vsyscall]", m.path == "[uprobes]",
		strings.HasPrefix(m.path, "/dev/"):
		return left
	case m.anonymous && !m.read:
		return left
	case m.anonymous && strings.HasPrefix(m.path, "[vdso"):
		return whole
	case m.anonymous:
		return touched
	case !m.read:
		return left
	case m.write, m.modified:
		return whole
	case m.offset == 0:
		return header
	}
	return inFile
}
