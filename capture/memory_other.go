//go:build !linux

package capture

import "errors"

func residentBytes() (int64, error) { return 0, errors.ErrUnsupported }

func cgroups(string) []room { return nil }
