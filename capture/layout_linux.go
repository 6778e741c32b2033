//go:build linux && (amd64 || arm64)

package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// layout of a core: its head, and what is to be copied behind it.
type layout struct {
	head    []byte
	size    int64    // of the file
	bytes   int64    // at most to be written
	copies  []uint64 // batches of commands: address, length | skipZeros, offset in the file
	program int      // of program headers
}

// skipZeros in a length: pages of zeros stay holes. Not for mapped files: behind their end a read is a SIGBUS.
const skipZeros = 1

const (
	elfHeader     = 64
	programHeader = 56
	commandBytes  = 24
	batchBytes    = 4080 // of commands; less than PIPE_BUF, so that they come in one piece
)

// mostScanned is anonymous memory that is looked at for pages of zeros where nobody tells which were touched. Each gigabyte of it, were it only reserved, costs
// 2 MB of page tables: the race detector reserves terabytes.
const mostScanned = 64 << 30

// planCore lays out a core of maps with these notes. pagemap may be a nil file: then all of anonymous memory is looked at.
func planCore(maps []mapping, notes []byte, pagemap *os.File) (*layout, error) {
	type segment struct {
		mapping
		kind         int
		size, offset uint64
	}
	var segments []segment
	for _, m := range maps {
		kind := m.extent()
		if kind == left {
			continue
		}
		s := segment{mapping: m, kind: kind}
		switch kind {
		case header:
			s.size = page
		case whole, touched:
			s.size = m.end - m.start
		}
		segments = append(segments, s)
	}
	if len(segments)+1 >= 0xffff {
		return nil, errors.New("capture: the process has 65,534 mappings or more")
	}
	l := &layout{program: len(segments) + 1}
	noteAt := elfHeader + programHeader*l.program
	at := alignPage(uint64(noteAt + len(notes)))
	for i := range segments {
		segments[i].offset = at
		at += segments[i].size
	}
	l.size = int64(at)

	l.head = make([]byte, noteAt, noteAt+len(notes))
	le := binary.LittleEndian
	copy(l.head, "\x7fELF\x02\x01\x01")
	le.PutUint16(l.head[16:], 4) // ET_CORE
	le.PutUint16(l.head[18:], machine)
	le.PutUint32(l.head[20:], 1)
	le.PutUint64(l.head[32:], elfHeader)
	le.PutUint16(l.head[52:], elfHeader)
	le.PutUint16(l.head[54:], programHeader)
	le.PutUint16(l.head[56:], uint16(l.program))
	put := func(index int, kind, flags uint32, offset, address, fileSize, size, align uint64) {
		h := l.head[elfHeader+programHeader*index:]
		le.PutUint32(h, kind)
		le.PutUint32(h[4:], flags)
		le.PutUint64(h[8:], offset)
		le.PutUint64(h[16:], address)
		le.PutUint64(h[32:], fileSize)
		le.PutUint64(h[40:], size)
		le.PutUint64(h[48:], align)
	}
	put(0, 4, 0, uint64(noteAt), 0, uint64(len(notes)), 0, 4)
	l.bytes = int64(len(l.head) + len(notes))
	scanned := uint64(0)
	for i, s := range segments {
		flags := uint32(0)
		for bit, set := range map[uint32]bool{4: s.read, 2: s.write, 1: s.exec} {
			if set {
				flags |= bit
			}
		}
		put(i+1, 1, flags, s.offset, s.start, s.size, s.end-s.start, page)
		if s.kind == touched && pagemap != nil {
			if err := l.addTouched(pagemap, s.start, s.end, s.offset); err != nil {
				return nil, err
			}
			continue
		}
		length := s.size
		if s.kind == touched {
			if s.untouched {
				continue
			}
			if scanned += length; scanned > mostScanned {
				return nil, fmt.Errorf("%w: /proc/self/pagemap cannot be read (PR_SET_DUMPABLE?), and there are more than %d bytes to look at", ErrUnsupported, int64(mostScanned))
			}
			length |= skipZeros
		}
		l.add(s.start, length, s.offset)
	}
	l.head = append(l.head, notes...)
	return l, nil
}

func (l *layout) add(address, length, offset uint64) {
	if length&^skipZeros == 0 {
		return
	}
	l.copies = append(l.copies, address, length, offset)
	l.bytes += int64(length &^ skipZeros)
}

// addTouched adds the runs of pages that are in memory or swapped out: bits 63 and 62 of Documentation/admin-guide/mm/pagemap.rst.
func (l *layout) addTouched(pagemap io.ReaderAt, start, end, offset uint64) error {
	const present = 3 << 62
	buffer := make([]byte, 1<<16)
	run := uint64(0) // bytes of the current run
	for at := start; at < end; {
		count := min((end-at)/page, uint64(len(buffer)/8))
		words := buffer[:count*8]
		if _, err := pagemap.ReadAt(words, int64(at/page*8)); err != nil {
			return err
		}
		for ; len(words) > 0; words = words[8:] {
			if binary.LittleEndian.Uint64(words)&present != 0 {
				run += page
			} else if run > 0 {
				l.add(at-run, run|skipZeros, offset+at-run-start)
				run = 0
			}
			at += page
		}
	}
	if run > 0 {
		l.add(end-run, run|skipZeros, offset+end-run-start)
	}
	return nil
}

// batches of commands, each of which is written at once.
func (l *layout) batches() [][]byte {
	all := make([]byte, 8*len(l.copies))
	for i, word := range l.copies {
		binary.LittleEndian.PutUint64(all[8*i:], word)
	}
	var batches [][]byte
	for len(all) > 0 {
		n := min(uint64(len(all)), batchBytes)
		batches = append(batches, all[:n])
		all = all[n:]
	}
	return batches
}

func alignPage(n uint64) uint64 { return (n + page - 1) &^ (page - 1) }
