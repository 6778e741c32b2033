// The service of bench/capture.ts: go run . DIRECTORY MEGABYTES. It keeps so much memory, serves capture.Handler, works all the time, and writes down how much it
// has done and how long it stood still.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"math/rand"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/goheap/goheap/capture"
)

// Item is what the service keeps.
type Item struct {
	Key         int64
	Left, Right *Item
	Name        string
	Numbers     [7]int64
}

const (
	itemBytes = 112 // with the name
	shelf     = 1 << 12
	workers   = 4
	bin       = 10 * time.Millisecond
)

var (
	shelves [][]*Item // shared by all workers, a share of the shelves each
	idle    atomic.Bool
	started = time.Now()
	done    [1 << 20]atomic.Int32 // requests in each bin since the start
	longest [1 << 20]atomic.Int32 // microseconds that the heartbeat was late, of beats that came in the bin
)

func main() {
	megabytes, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	debug.SetGCPercent(20) // what is populated is what is kept, nearly
	for i := 0; i < megabytes<<20/itemBytes/shelf; i++ {
		row := make([]*Item, shelf)
		for k := range row {
			row[k] = newItem(int64(i*shelf + k))
		}
		shelves = append(shelves, row)
	}
	for i := 0; i < workers; i++ {
		go work(i)
	}
	go beat()
	http.Handle("/debug/goheap/", capture.Handler(capture.Options{
		Store: capture.Store{Dir: os.Args[1], MaxBytes: 1 << 40}, MinInterval: 1, Config: capture.Config{Timeout: 10 * time.Minute},
	}))
	http.HandleFunc("/bins", bins)
	http.HandleFunc("/idle", func(http.ResponseWriter, *http.Request) {
		idle.Store(true)
		time.Sleep(100 * time.Millisecond) // what is begun ends
		runtime.GC()
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}

func newItem(key int64) *Item { return &Item{Key: key, Name: strconv.FormatInt(key+1e9, 36)} }

func now() int { return min(int(time.Since(started)/bin), len(done)-1) }

// work replaces and changes items of its own shelves: a request each half a millisecond.
func work(number int) {
	random := rand.New(rand.NewSource(int64(number)))
	for !idle.Load() {
		for i := 0; i < 20; i++ {
			row := shelves[random.Intn(len(shelves)/workers)*workers+number]
			k := random.Intn(shelf)
			item := newItem(row[k].Key)
			item.Left, item.Right = row[(k+1)%shelf], row[(k+2)%shelf]
			item.Left.Left, item.Left.Right = nil, nil // no chains
			row[k] = item
			row[random.Intn(shelf)].Numbers[i%7]++
		}
		done[now()].Add(1)
		time.Sleep(500 * time.Microsecond)
	}
}

// beat wants to run every millisecond.
func beat() {
	for last := time.Now(); ; {
		time.Sleep(time.Millisecond)
		gap := int32(time.Since(last) / time.Microsecond)
		last = time.Now()
		if at := now(); gap > longest[at].Load() {
			longest[at].Store(gap)
		}
	}
}

// bins since the start, as arrays, and when it was.
func bins(w http.ResponseWriter, _ *http.Request) {
	n := now()
	answer := struct {
		Started   int64   `json:"started"` // milliseconds since 1970
		BinMs     int64   `json:"binMs"`
		Done      []int32 `json:"done"`
		LongestUs []int32 `json:"longestUs"`
		Go        string  `json:"go"`
	}{Started: started.UnixMilli(), BinMs: bin.Milliseconds(), Go: runtime.Version()}
	for i := 0; i < n; i++ {
		answer.Done = append(answer.Done, done[i].Load())
		answer.LongestUs = append(answer.LongestUs, longest[i].Load())
	}
	json.NewEncoder(w).Encode(answer)
}
