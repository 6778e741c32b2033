// A key-value server over HTTP on badger. It keeps something itself only of /visit and /document, and leaks goroutines when asked to /hurry.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	_ "net/http/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/badger/v4"
)

type store struct {
	db      *badger.DB
	mu      sync.Mutex
	visits  map[string]*visit // nobody removes one
	heads   map[string]string // how documents begin, and with that all of them
	hurried atomic.Int64
}

type visit struct {
	count       int
	first, last time.Time
}

var served store

// put takes lines of key=value.
func (s *store) put(w http.ResponseWriter, r *http.Request) {
	batch := s.db.NewWriteBatch()
	defer batch.Cancel()
	lines := bufio.NewScanner(r.Body)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "=")
		if err := batch.Set([]byte(key), []byte(value)); err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
	}
	if err := batch.Flush(); err != nil {
		http.Error(w, err.Error(), 500)
	}
}

func (s *store) get(w http.ResponseWriter, r *http.Request) {
	err := s.db.View(func(txn *badger.Txn) error {
		item, err := txn.Get([]byte(r.FormValue("key")))
		if err != nil {
			return err
		}
		return item.Value(func(value []byte) error {
			_, err := w.Write(value)
			return err
		})
	})
	if err != nil {
		http.Error(w, err.Error(), 404)
	}
}

// scan writes the values of a prefix.
func (s *store) scan(w http.ResponseWriter, r *http.Request) {
	err := s.db.View(func(txn *badger.Txn) error {
		options := badger.DefaultIteratorOptions
		options.Prefix = []byte(r.FormValue("prefix"))
		it := txn.NewIterator(options)
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			if err := it.Item().Value(func(value []byte) error { _, err := w.Write(value); return err }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		http.Error(w, err.Error(), 500)
	}
}

// flush closes the memtables into tables, and opens them again: reads go through the block cache from then on.
func (s *store) flush(w http.ResponseWriter, _ *http.Request) {
	if err := s.db.Flatten(2); err != nil {
		io.WriteString(w, err.Error())
	}
}

// hurry answers without what it has asked for: the goroutine that asked waits for ever to say it.
func (s *store) hurry(w http.ResponseWriter, _ *http.Request) {
	s.hurried.Add(1)
	size := make(chan int64)
	go func() {
		lsm, log := s.db.Size()
		size <- lsm + log
	}()
	io.WriteString(w, "soon")
}

// visit counts who came: one name a line.
func (s *store) visit(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := bufio.NewScanner(r.Body)
	for lines.Scan() {
		name, now := lines.Text(), time.Now()
		v := s.visits[name]
		if v == nil {
			v = &visit{first: now}
			s.visits[name] = v
		}
		v.count++
		v.last = now
	}
}

// document remembers how a text begins.
func (s *store) document(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	text := string(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heads[r.FormValue("name")] = text[:min(len(text), 64)]
}

func (s *store) counts(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(w, `{"visits": %d, "documents": %d, "hurried": %d}`, len(s.visits), len(s.heads), s.hurried.Load())
}

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "")
	dir := flag.String("dir", "data", "")
	flag.Parse()
	options := badger.DefaultOptions(*dir).WithLogger(nil).WithBlockCacheSize(64 << 20).WithMemTableSize(4 << 20).WithValueThreshold(1 << 10)
	db, err := badger.Open(options)
	if err != nil {
		log.Fatal(err)
	}
	served.db, served.visits, served.heads = db, map[string]*visit{}, map[string]string{}
	http.HandleFunc("/put", served.put)
	http.HandleFunc("/get", served.get)
	http.HandleFunc("/scan", served.scan)
	http.HandleFunc("/flush", served.flush)
	http.HandleFunc("/hurry", served.hurry)
	http.HandleFunc("/visit", served.visit)
	http.HandleFunc("/document", served.document)
	http.HandleFunc("/counts", served.counts)
	log.Fatal(http.ListenAndServe(*addr, nil))
}
