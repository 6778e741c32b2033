//go:build linux && (amd64 || arm64)

package capture

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"syscall"
	"time"
)

// Types of notes: include/uapi/linux/elf.h.
const (
	ntPRStatus = 1
	ntPRPSInfo = 3
	ntAuxv     = 6
	ntFile     = 0x46494c45
	ntGoheap   = 0x70616548 // owner "goheap": about, in JSON; no type that readers know
)

const noteTime = "2006-01-02T15:04:05.000Z"

// about is the note of ours.
type about struct {
	Version     string            `json:"version"`
	Time        string            `json:"time"`
	Trigger     string            `json:"trigger,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	GoVersion   string            `json:"go_version"`
	BuildID     string            `json:"build_id,omitempty"`
	GOGC        *uint64           `json:"gogc,omitempty"`         // percent; absent when off or not known
	GOMEMLIMIT  *uint64           `json:"gomemlimit,omitempty"`   // bytes; absent when there is none
	CgroupLimit *uint64           `json:"cgroup_limit,omitempty"` // bytes, the tightest; absent when there is none
	Held        bool              `json:"held,omitempty"`         // the program stood still until the core was written
}

func describe(config Config, at time.Time) about {
	a := about{
		Version: Version, Time: at.UTC().Format(noteTime), Trigger: config.Trigger, Labels: config.Labels,
		GoVersion: runtime.Version(), BuildID: buildID(), Held: config.Hold,
	}
	samples := []metrics.Sample{{Name: "/gc/gogc:percent"}, {Name: "/gc/gomemlimit:bytes"}}
	metrics.Read(samples)
	const none = 1 << 62 // both have a very large number for "off"
	known := func(s metrics.Sample) *uint64 {
		if s.Value.Kind() != metrics.KindUint64 || s.Value.Uint64() >= none {
			return nil
		}
		value := s.Value.Uint64()
		return &value
	}
	a.GOGC, a.GOMEMLIMIT = known(samples[0]), known(samples[1])
	if limit, ok := tightest(cgroups("/")); ok {
		a.CgroupLimit = &limit.limit
	}
	return a
}

type notes struct{ bytes.Buffer }

func (n *notes) add(owner string, kind uint32, data []byte) {
	put := func(v any) { binary.Write(n, binary.LittleEndian, v) }
	put([]uint32{uint32(len(owner) + 1), uint32(len(data)), kind})
	n.WriteString(owner)
	n.WriteByte(0)
	n.pad()
	n.Write(data)
	n.pad()
}

func (n *notes) pad() {
	for n.Len()%4 != 0 {
		n.WriteByte(0)
	}
}

// coreNotes of the process: r has the registers of thread tid.
func coreNotes(r *request, tid int, maps []mapping, a about) []byte {
	var n notes
	n.add("CORE", ntPRStatus, threadStatus(r, tid))
	n.add("CORE", ntPRPSInfo, processInfo())
	if auxv, err := os.ReadFile("/proc/self/auxv"); err == nil {
		n.add("CORE", ntAuxv, auxv)
	}
	n.add("CORE", ntFile, mappedFiles(maps))
	if text, err := json.Marshal(a); err == nil {
		n.add("goheap", ntGoheap, text)
	}
	return n.Bytes()
}

// processInfo is struct elf_prpsinfo.
func processInfo() []byte {
	data := make([]byte, 136)
	le := binary.LittleEndian
	data[1] = 'R'
	le.PutUint32(data[16:], uint32(os.Getuid()))
	le.PutUint32(data[20:], uint32(os.Getgid()))
	le.PutUint32(data[24:], uint32(os.Getpid()))
	le.PutUint32(data[28:], uint32(os.Getppid()))
	le.PutUint32(data[32:], uint32(syscall.Getpgrp()))
	if program, err := os.Executable(); err == nil {
		copy(data[40:55], filepath.Base(program))
	}
	line, _ := os.ReadFile("/proc/self/cmdline")
	copy(data[56:135], bytes.ReplaceAll(bytes.TrimRight(line, "\x00"), []byte{0}, []byte{' '}))
	return data
}

// mappedFiles is the content of NT_FILE.
func mappedFiles(maps []mapping) []byte {
	var table, names bytes.Buffer
	count := uint64(0)
	for _, m := range maps {
		if m.anonymous {
			continue
		}
		count++
		binary.Write(&table, binary.LittleEndian, []uint64{m.start, m.end, m.offset / page})
		names.WriteString(m.path)
		names.WriteByte(0)
	}
	var head bytes.Buffer
	binary.Write(&head, binary.LittleEndian, []uint64{count, page})
	return append(append(head.Bytes(), table.Bytes()...), names.Bytes()...)
}

// threadStatus is struct elf_prstatus of the thread that called forkChild, at its entry.
func threadStatus(r *request, tid int) []byte {
	data := make([]byte, registersSize)
	le := binary.LittleEndian
	le.PutUint32(data[32:], uint32(tid))
	le.PutUint32(data[36:], uint32(os.Getppid()))
	le.PutUint32(data[40:], uint32(syscall.Getpgrp()))
	for index, value := range registers(r) {
		le.PutUint64(data[112+8*index:], value)
	}
	return data
}
