package capture

import (
	"context"
	"os"
	"os/signal"
	"runtime/metrics"
	"sync"
	"time"
)

// WhenOptions of OnSignal and OnMemory.
type WhenOptions struct {
	Store
	CoolDown time.Duration // after an attempt; 0: 10 s for signals, an hour for memory
	Every    time.Duration // how often memory is looked at; 0: a second
	// Done is told how each attempt went; nil: nobody is.
	Done   func(Result, error)
	Config Config
}

// OnSignal captures into the directory when the signal comes, which no longer does what it did before. stop undoes that.
func OnSignal(sig os.Signal, options WhenOptions) (stop func()) {
	w := newWhen(options, "signal "+sig.String(), 10*time.Second)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, sig)
	go func() {
		for {
			select {
			case <-signals:
				w.capture()
			case <-w.context.Done():
				signal.Stop(signals)
				return
			}
		}
	}()
	return w.stop
}

// OnMemory captures into the directory when the process has more than limit bytes resident: once, and again after CoolDown at the earliest if
// it fell below nine tenths of the limit meanwhile. limit 0 is four fifths of the tightest of the control groups' limits; where there is none nothing is done. Memory is short then:
// Config.Hold is what needs none.
func OnMemory(limit int64, options WhenOptions) (stop func()) {
	w := newWhen(options, "memory", time.Hour)
	if limit == 0 {
		if r, ok := tightest(cgroups("/")); ok {
			limit = int64(r.limit / 5 * 4)
		}
	}
	if limit <= 0 {
		return w.stop
	}
	every := options.Every
	if every <= 0 {
		every = time.Second
	}
	go func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		armed := true
		for {
			select {
			case <-w.context.Done():
				return
			case <-ticker.C:
			}
			switch used := usedBytes(); {
			case used < limit/10*9:
				armed = true
			case used > limit && armed:
				armed = !w.capture()
			}
		}
	}()
	return w.stop
}

// usedBytes: resident, or where that is not told what the Go runtime has from the system.
func usedBytes() int64 {
	if resident, err := residentBytes(); err == nil {
		return resident
	}
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}

// when captures, but not again within the cool-down.
type when struct {
	options WhenOptions
	context context.Context
	cancel  context.CancelFunc
	mutex   sync.Mutex
	last    time.Time
}

func newWhen(options WhenOptions, trigger string, coolDown time.Duration) *when {
	if options.CoolDown == 0 {
		options.CoolDown = coolDown
	}
	if options.Done == nil {
		options.Done = func(Result, error) {}
	}
	if options.Config.Trigger == "" {
		options.Config.Trigger = trigger
	}
	w := &when{options: options}
	w.context, w.cancel = context.WithCancel(context.Background())
	return w
}

// stop ends a capture that runs, too, and waits for it.
func (w *when) stop() {
	w.cancel()
	w.mutex.Lock()
	defer w.mutex.Unlock()
}

// capture tells whether it was tried.
func (w *when) capture() bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.context.Err() != nil || !w.last.IsZero() && time.Since(w.last) < w.options.CoolDown {
		return false
	}
	result, err := w.options.Store.capture(w.context, w.options.Config)
	w.last = time.Now()
	w.options.Done(result, err)
	return true
}
