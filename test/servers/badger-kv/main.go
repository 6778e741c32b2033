// A key-value server over HTTP on badger. It keeps nothing itself, but leaks goroutines when asked to.
package main

import (
	"bufio"
	"flag"
	"io"
	"log"
	"net/http"
	_ "net/http/pprof"
	"strings"

	"github.com/dgraph-io/badger/v4"
)

type store struct{ db *badger.DB }

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
	size := make(chan int64)
	go func() {
		lsm, log := s.db.Size()
		size <- lsm + log
	}()
	io.WriteString(w, "soon")
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
	s := &store{db}
	http.HandleFunc("/put", s.put)
	http.HandleFunc("/get", s.get)
	http.HandleFunc("/scan", s.scan)
	http.HandleFunc("/flush", s.flush)
	http.HandleFunc("/hurry", s.hurry)
	log.Fatal(http.ListenAndServe(*addr, nil))
}
