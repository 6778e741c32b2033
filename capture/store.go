package capture

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Store is a directory that captures are kept in.
type Store struct {
	// Dir is made when it is missing. It must not be a symbolic link, must belong to this user, and be writable for nobody else. Needed.
	Dir string
	// MaxFiles and MaxBytes, on disk, limit what is kept: 5 files, 20 GiB. A capture that would exceed them is refused, nothing is deleted.
	MaxFiles int
	MaxBytes int64
}

// Prefix and suffixes of the files in Store.Dir.
const (
	filePrefix     = "goheap-"
	coreSuffix     = ".core"
	heapDumpSuffix = ".heapdump"
	// Of what is not whole, and of what is only sent. They begin with a dot.
	partialSuffix = ".partial"
	sentSuffix    = ".sent"
)

// capture into the store, with a name of this moment.
func (s Store) capture(ctx context.Context, config Config) (Result, error) {
	dir, config, err := s.open(config)
	if err != nil {
		return Result{}, err
	}
	defer dir.close()
	name := fileName(time.Now())
	result, err := writeInto(ctx, dir, name, config)
	if err == nil && result.Kind == HeapDump {
		dump := strings.TrimSuffix(name, coreSuffix) + heapDumpSuffix
		if err = dir.rename(name, dump); err == nil {
			result.Path = filepath.Join(dir.path, dump)
		}
	}
	return result, err
}

// unnamed is a file that goes when it is closed.
type unnamed struct {
	*os.File
	dir  *directory
	name string
}

func (u *unnamed) close() {
	u.File.Close()
	u.dir.remove(u.name) // where it could not be removed before
	u.dir.close()
}

// captureUnnamed captures into the store's directory, but the file has no name there; on Windows a hidden one, until it is closed.
func (s Store) captureUnnamed(ctx context.Context, name string, config Config) (*unnamed, Result, error) {
	dir, config, err := s.open(config)
	if err != nil {
		return nil, Result{}, err
	}
	name = "." + name + sentSuffix
	file, err := dir.create(name)
	if err != nil {
		dir.close()
		return nil, Result{}, err
	}
	u := &unnamed{file, dir, name}
	if runtime.GOOS != "windows" {
		dir.remove(name)
	}
	result, err := writeTo(ctx, dir, file, config)
	if err != nil {
		u.close()
		return nil, Result{}, err
	}
	return u, result, nil
}

// open the directory; the configuration comes back with no more bytes than it may still take.
func (s Store) open(config Config) (*directory, Config, error) {
	if s.Dir == "" {
		return nil, config, errors.New("capture: no directory is set")
	}
	dir, err := openDirectory(s.Dir, true)
	if err != nil {
		return nil, config, err
	}
	dir.removeAbandoned("." + filePrefix)
	files, bytes, err := s.kept(dir)
	most, mostBytes := s.MaxFiles, s.MaxBytes
	if most == 0 {
		most = 5
	}
	if mostBytes == 0 {
		mostBytes = 20 << 30
	}
	if err == nil && (files >= most || bytes >= mostBytes) {
		err = fmt.Errorf("%w: %s has %d captures with %d bytes, allowed are %d with %d: delete some", ErrNoSpace, dir.path, files, bytes, most, mostBytes)
	}
	if err != nil {
		dir.close()
		return nil, config, err
	}
	if left := mostBytes - bytes; config.MaxBytes <= 0 || config.MaxBytes > left {
		config.MaxBytes = left
	}
	return dir, config, nil
}

func (s Store) kept(dir *directory) (files int, bytes int64, err error) {
	entries, err := os.ReadDir(dir.path)
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && strings.HasPrefix(entry.Name(), filePrefix) && info.Mode().IsRegular() {
			files++
			bytes += diskSize(info)
		}
	}
	return files, bytes, err
}

// fileName of a core of this moment; nothing of it comes from a request.
func fileName(now time.Time) string {
	program := "program"
	if path, err := os.Executable(); err == nil {
		program = strings.Map(func(c rune) rune {
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' {
				return c
			}
			return '_'
		}, filepath.Base(path))
	}
	if len(program) > 100 {
		program = program[:100]
	}
	return fmt.Sprintf("%s%s-%d-%s%s", filePrefix, program, os.Getpid(), now.UTC().Format("20060102T150405.000000000"), coreSuffix)
}
