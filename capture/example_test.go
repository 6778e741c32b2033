package capture_test

import (
	"log"
	"net/http"
	"syscall"

	"github.com/goheap/goheap/capture"
)

// What the documents show: docs/capture.md and README.md have these lines.

func ExampleHandler() {
	mux := http.NewServeMux() // of a listener of its own, which others cannot reach
	mux.Handle("/debug/goheap/", capture.Handler(capture.Options{
		Store: capture.Store{Dir: "/var/lib/server/cores"},
		Log:   log.Printf,
	}))
	go http.ListenAndServe("127.0.0.1:6061", mux)
}

func ExampleOptions_viewer() {
	http.Handle("/debug/goheap/", capture.Handler(capture.Options{
		Store:  capture.Store{Dir: "/tmp/server-cores"},
		Viewer: []string{"goheap"},
	}))
}

func ExampleOptions_authorize() {
	secret := "of the environment"
	http.Handle("/debug/goheap/", capture.Handler(capture.Options{
		Store:     capture.Store{Dir: "/var/lib/server/cores"},
		Authorize: func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer "+secret },
	}))
}

func ExampleOnMemory() {
	when := capture.WhenOptions{
		Store: capture.Store{Dir: "/var/lib/server/cores"},
		Done:  func(result capture.Result, err error) { log.Print(result.Path, err) },
	}
	capture.OnSignal(syscall.SIGHUP, when)
	when.Config.Hold = true // there is no memory for copies then
	capture.OnMemory(0, when)
}
