//go:build e2e && !headless

package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

// newTrace writes what happens in the window to the file that CASCATA_TRACE
// names, one JSON object a line, for the end-to-end tests. Without it nothing is
// written; without their tag, e2e, the program has none of this. CASCATA_PROBE also asks the window's goroutine every 10 ms how long
// it takes to answer, and writes that at the end: from the event that it names,
// or with 1 from the first picture asked for.
func newTrace(log *slog.Logger) (trace func(string, ...any), end func()) {
	name := os.Getenv("CASCATA_TRACE")
	if name == "" {
		return nil, func() {}
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		log.Warn("no trace", "err", err)
		return nil, func() {}
	}
	var mu sync.Mutex // guards f
	start := time.Now()
	asked, begin := make(chan struct{}), os.Getenv("CASCATA_PROBE")
	if begin == "1" {
		begin = "added"
	}
	var once sync.Once
	trace = func(event string, values ...any) {
		if event == begin {
			once.Do(func() { close(asked) })
		}
		m := map[string]any{"event": event, "ms": time.Since(start).Milliseconds(), "goroutines": runtime.NumGoroutine()}
		for i := 0; i+1 < len(values); i += 2 {
			m[fmt.Sprint(values[i])] = values[i+1]
		}
		b, err := json.Marshal(m)
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		f.Write(append(b, '\n'))
	}
	done := func() { f.Close() }
	if begin != "" {
		done = probe(asked, trace, done)
	}
	return trace, done
}

// probe measures how long the window's goroutine takes to answer.
func probe(begin <-chan struct{}, trace func(string, ...any), done func()) func() {
	stop, ended := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex // guards answers
	var answers []time.Duration
	go func() {
		defer close(ended)
		select {
		case <-begin:
		case <-stop:
			return
		}
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				asked := time.Now()
				fyne.Do(func() {
					mu.Lock()
					defer mu.Unlock()
					answers = append(answers, time.Since(asked))
				})
			}
		}
	}()
	return func() {
		close(stop)
		<-ended
		mu.Lock()
		ms := make([]float64, len(answers))
		for i, a := range answers {
			ms[i] = float64(a.Microseconds()) / 1000
		}
		mu.Unlock()
		trace("probe", "answers_ms", ms)
		done()
	}
}
