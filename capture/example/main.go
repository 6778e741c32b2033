// Example is a service that can be captured: go run ./example DIRECTORY [VIEWER ARGUMENT…]. With a viewer, as goheap, the page's first button leads into it.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"

	"github.com/goheap/goheap/capture"
)

// Session is what the service keeps.
type Session struct {
	User string
	Next *Session
}

const sessions = 200_000

var newest *Session

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: example DIRECTORY [VIEWER ARGUMENT…]")
	}
	for i := 0; i < sessions; i++ {
		newest = &Session{User: "user-" + strconv.Itoa(i), Next: newest}
	}
	store := capture.Store{Dir: os.Args[1]}
	config := capture.Config{Labels: map[string]string{"service": "example"}}
	report := func(result capture.Result, err error) { log.Printf("captured %s: %v", result.Path, err) }
	when := capture.WhenOptions{Store: store, Config: config, Done: report}
	capture.OnSignal(syscall.SIGHUP, when)
	when.Config.Hold = true // there is no memory for copies then
	capture.OnMemory(0, when)

	mux := http.NewServeMux()
	mux.Handle("/debug/goheap/", capture.Handler(capture.Options{
		Store:  store,
		Config: config,
		Log:    log.Printf,
		Viewer: os.Args[2:],
	}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("sessions %d\nat http://%s/debug/goheap/\nready\n", sessions, listener.Addr())
	log.Fatal(http.Serve(listener, mux))
}
