package capture

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// directory is held by its descriptor: names are resolved in it whatever its path leads to later.
type directory struct {
	path string
	fd   int
}

// openDirectory: with private it is made when missing, must not be a symbolic link, and nobody else may write to it.
func openDirectory(path string, private bool) (*directory, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	flags := syscall.O_RDONLY | syscall.O_DIRECTORY | syscall.O_CLOEXEC
	if private {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, err
		}
		flags |= syscall.O_NOFOLLOW
	}
	fd, err := retry(func() (int, error) { return syscall.Open(path, flags, 0) })
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	d := &directory{path, fd}
	if private {
		var stat syscall.Stat_t
		if err := syscall.Fstat(fd, &stat); err != nil {
			d.close()
			return nil, &os.PathError{Op: "stat", Path: path, Err: err}
		}
		if int(stat.Uid) != os.Geteuid() || stat.Mode&0o022 != 0 {
			d.close()
			return nil, fmt.Errorf("capture: %s belongs to user %d with mode %#o: it must be this user's (%d), and writable for nobody else",
				path, stat.Uid, stat.Mode&0o777, os.Geteuid())
		}
	}
	return d, nil
}

func (d *directory) create(name string) (*os.File, error) {
	const flags = syscall.O_RDWR | syscall.O_CREAT | syscall.O_EXCL | syscall.O_NOFOLLOW | syscall.O_CLOEXEC
	fd, err := retry(func() (int, error) { return syscall.Openat(d.fd, name, flags, 0o600) })
	if err != nil {
		return nil, &os.PathError{Op: "create", Path: filepath.Join(d.path, name), Err: err}
	}
	syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB) // for removeAbandoned; where there are no locks nothing is taken for abandoned
	return os.NewFile(uintptr(fd), filepath.Join(d.path, name)), nil
}

// abandonedAfter is more than create needs to lock what it has made.
const abandonedAfter = 10 * time.Second

// removeAbandoned removes files without their final name that processes left which were killed: the kernel has unlocked them.
func (d *directory) removeAbandoned(prefix string) {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, partialSuffix) && !strings.HasSuffix(name, sentSuffix) {
			continue
		}
		fd, err := retry(func() (int, error) {
			return syscall.Openat(d.fd, name, syscall.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
		})
		if err != nil {
			continue
		}
		var stat syscall.Stat_t
		err = syscall.Fstat(fd, &stat)
		isOld := err == nil && stat.Mode&syscall.S_IFMT == syscall.S_IFREG && time.Since(time.Unix(stat.Mtim.Unix())) > abandonedAfter
		if isOld && syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			d.remove(name)
		}
		syscall.Close(fd)
	}
}

func (d *directory) rename(from, to string) error {
	if err := syscall.Renameat(d.fd, from, d.fd, to); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: filepath.Join(d.path, to), Err: err}
	}
	return nil
}

func (d *directory) remove(name string) { syscall.Unlinkat(d.fd, name) }

// free is what a user without privileges may still write.
func (d *directory) free() (int64, error) {
	stat, err := d.statfs()
	return int64(stat.Bavail) * int64(stat.Bsize), err
}

// isMemory tells that files here are memory of the control group.
func (d *directory) isMemory() bool {
	const tmpfs, ramfs = 0x01021994, 0x858458f6
	stat, err := d.statfs()
	kind := uint32(stat.Type) // of 32 bits with a sign on some processors
	return err == nil && (kind == tmpfs || kind == ramfs)
}

func (d *directory) statfs() (stat syscall.Statfs_t, err error) {
	_, err = retry(func() (int, error) { return 0, syscall.Fstatfs(d.fd, &stat) })
	return stat, err
}

func (d *directory) close() { syscall.Close(d.fd) }

func diskSize(info fs.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Blocks * 512
	}
	return info.Size()
}

func retry(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); err != syscall.EINTR {
			return n, err
		}
	}
}
