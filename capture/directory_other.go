//go:build !linux

package capture

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

type directory struct{ path string }

// openDirectory: with private it is made when missing, and must be nobody else's.
func openDirectory(path string, private bool) (*directory, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if private {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, err
		}
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && private {
		return nil, fmt.Errorf("capture: %s is not a directory", path)
	}
	return &directory{path}, nil
}

func (d *directory) create(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(d.path, name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
}

// removeAbandoned does nothing: whether the process that made a file lives is not known.
func (d *directory) removeAbandoned(string) {}

func (d *directory) rename(from, to string) error {
	return os.Rename(filepath.Join(d.path, from), filepath.Join(d.path, to))
}

func (d *directory) remove(name string) { os.Remove(filepath.Join(d.path, name)) }

func (d *directory) free() (int64, error) { return 0, errors.ErrUnsupported }

func (d *directory) close() {}

func diskSize(info fs.FileInfo) int64 { return info.Size() }
