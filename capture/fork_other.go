//go:build !linux || (!amd64 && !arm64)

package capture

import (
	"context"
	"fmt"
	"os"
	"runtime"
)

func forkCore(context.Context, *directory, *os.File, Config) (Result, error) {
	return Result{}, fmt.Errorf("%w: cores are written on linux/amd64 and linux/arm64, this is %s/%s", ErrUnsupported, runtime.GOOS, runtime.GOARCH)
}
