package shop

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/goheap/goheap/capture"
)

// A thousand customers come and go; then the test captures its own process, and goheap counts what is left.
func TestNothingIsLeft(t *testing.T) {
	store := NewStore()
	store.Forget = os.Getenv("PLANT_LEAK") != ""
	for i := 0; i < 1000; i++ {
		store.End(store.Begin())
	}
	checkHeap(t, "--max", "example.test/shop.Session=10", "--no-leaked-goroutines")
	runtime.KeepAlive(store)
}

// checkHeap fails the test when goheap check does.
func checkHeap(t *testing.T, limits ...string) {
	t.Helper()
	goheap, err := exec.LookPath("goheap")
	if err != nil {
		t.Skip("goheap is not installed")
	}
	runtime.GC()
	core := filepath.Join(t.TempDir(), "core")
	if err := capture.WriteCore(core); err != nil {
		t.Fatal(err)
	}
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(goheap, append([]string{"check", core, "--exe", executable, "--quiet"}, limits...)...)
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("goheap check: %v\n%s", err, output)
	}
}
