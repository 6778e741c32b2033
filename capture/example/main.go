// Example is a service that can be captured: go run ./example DIRECTORY.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"

	"github.com/goheap/goheap/capture"
)

// Session is what the service keeps.
type Session struct {
	User string
	Next *Session
}

const sessions = 600_000

var newest *Session

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: example DIRECTORY")
	}
	for i := 0; i < sessions; i++ {
		newest = &Session{User: "user-" + strconv.Itoa(i), Next: newest}
	}
	mux := http.NewServeMux()
	mux.Handle("/debug/goheap/", capture.Handler(capture.Options{
		Store:  capture.Store{Dir: os.Args[1]},
		Log:    log.Printf,
		Config: capture.Config{Labels: map[string]string{"service": "example"}},
	}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("sessions %d\nat http://%s/debug/goheap/\nready\n", sessions, listener.Addr())
	log.Fatal(http.Serve(listener, mux))
}
