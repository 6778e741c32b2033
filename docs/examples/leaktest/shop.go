// Package shop has sessions that end, which a test looks after.
package shop

import "sync"

// Session is what a customer has while shopping.
type Session struct {
	ID   int
	Cart [256]byte
}

// Store keeps the sessions that are open.
type Store struct {
	mu   sync.Mutex
	open map[int]*Session
	next int
	// Forget leaves sessions in the store when they end: the bug that the test is for.
	Forget bool
}

// NewStore makes an empty store.
func NewStore() *Store { return &Store{open: map[int]*Session{}} }

// Begin opens a session.
func (s *Store) Begin() *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	session := &Session{ID: s.next}
	s.open[s.next] = session
	return session
}

// End closes it.
func (s *Store) End(session *Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.Forget {
		delete(s.open, session.ID)
	}
}
