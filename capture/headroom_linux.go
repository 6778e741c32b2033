package capture

import (
	"bufio"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// systemRoot has the proc and the control groups that are looked at; tests have one of their own.
var systemRoot = "/"

// checkHeadroom: each page that the program writes while the child lives is copied. Half of what is resident is asked for.
func checkHeadroom(dir *directory, resident int64, config Config) error {
	if config.Force || config.Hold && !dir.isMemory() {
		return nil
	}
	need := uint64(resident) / 2
	if config.Hold {
		need = 0
	}
	if dir.isMemory() {
		need += uint64(resident)
	}
	for _, r := range append(cgroups(systemRoot), machineRoom(systemRoot)...) {
		if r.free < need {
			return fmt.Errorf("%w: %d bytes may be needed, %s has %d (Config.Force does it all the same, Config.Hold needs less)", ErrNoMemory, need, r.where, r.free)
		}
	}
	return nil
}

// residentBytes of this process.
func residentBytes() (int64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0, fmt.Errorf("capture: /proc/self/statm is %q", text)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// machineRoom: what /proc/meminfo calls available; nothing where it is not told. root is / but in tests.
func machineRoom(root string) []room {
	values := readValues(filepath.Join(root, "proc/meminfo"))
	total, ok1 := values["MemTotal:"]
	available, ok2 := values["MemAvailable:"]
	if !ok1 || !ok2 {
		return nil
	}
	return []room{{"the machine", total << 10, available << 10}}
}

// cgroups with a limit of memory that this process is in, version 2 or 1, innermost first. File pages that can be dropped count as free.
func cgroups(root string) []room {
	text, err := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	if err != nil {
		return nil
	}
	var rooms []room
	for _, line := range strings.Split(string(text), "\n") {
		parts := strings.SplitN(line, ":", 3)
		if len(parts) != 3 {
			continue
		}
		v2 := parts[1] == ""
		if !v2 && !hasWord(parts[1], "memory") {
			continue
		}
		mount, base := findCgroupMount(root, v2)
		if mount == "" {
			continue
		}
		inside := strings.TrimPrefix(parts[2], strings.TrimSuffix(base, "/"))
		if strings.Contains(inside, "..") {
			inside = "/" // above what this namespace shows
		}
		for group := path.Clean("/" + inside); ; group = path.Dir(group) {
			if r, ok := readCgroup(filepath.Join(root, mount, group), v2); ok {
				rooms = append(rooms, r)
			}
			if group == "/" {
				break
			}
		}
	}
	return rooms
}

func readCgroup(dir string, v2 bool) (room, bool) {
	limitName, usageName, cacheName := "memory.max", "memory.current", "inactive_file"
	if !v2 {
		limitName, usageName, cacheName = "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
	}
	limit, ok1 := readNumber(filepath.Join(dir, limitName))
	usage, ok2 := readNumber(filepath.Join(dir, usageName))
	if !ok1 || !ok2 || limit > 1<<60 { // "max", and what version 1 has for it
		return room{}, false
	}
	if cache := readValues(filepath.Join(dir, "memory.stat"))[cacheName]; cache < usage {
		usage -= cache
	} else {
		usage = 0
	}
	r := room{"the control group " + dir, limit, 0}
	if usage < limit {
		r.free = limit - usage
	}
	return r, true
}

// findCgroupMount: where the hierarchy is mounted, and which of its directories is there. proc(5), /proc/PID/mountinfo.
func findCgroupMount(root string, v2 bool) (mount, base string) {
	file, err := os.Open(filepath.Join(root, "proc/self/mountinfo"))
	if err != nil {
		return "", ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		before, after, _ := strings.Cut(lines.Text(), " - ")
		fields, kind := strings.Fields(before), strings.Fields(after)
		if len(fields) < 5 || len(kind) < 3 {
			continue
		}
		if v2 && kind[0] == "cgroup2" || !v2 && kind[0] == "cgroup" && hasWord(kind[2], "memory") {
			return fields[4], fields[3]
		}
	}
	return "", ""
}

func hasWord(list, word string) bool { return strings.Contains(","+list+",", ","+word+",") }

func readNumber(path string) (uint64, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	value, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	return value, err == nil
}

// readValues of lines `key value …`.
func readValues(path string) map[string]uint64 {
	values := map[string]uint64{}
	text, _ := os.ReadFile(path)
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) >= 2 {
			if value, err := strconv.ParseUint(fields[1], 10, 64); err == nil {
				values[fields[0]] = value
			}
		}
	}
	return values
}
