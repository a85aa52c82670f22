package async

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"cascata/ui/uitest"
)

func TestNewestAloneIsTold(t *testing.T) {
	var o uitest.OneByOne
	var n Newest
	var got []int
	ask := func(k int) {
		Go(n.On(o.Run), func() (int, error) { return k, nil }, func(k int, _ error) { got = append(got, k) })
	}
	ask(1)
	ask(2)
	for len(o.Waiting) > 0 {
		o.Next()
	}
	ask(3)
	n.Drop()
	o.Next()
	if !slices.Equal(got, []int{2}) {
		t.Errorf("told of %v, want 2, the newest before it was dropped", got)
	}
}

func TestGoGivesTheError(t *testing.T) {
	want := errors.New("no")
	Go(uitest.InPlace, func() (string, error) { return "half", want }, func(s string, err error) {
		if s != "half" || err != want {
			t.Errorf("got %q, %v", s, err)
		}
	})
}

func TestDebounceWaitsForARest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := make(chan func(), 10) // to this goroutine, which stands for the window's
		rest := func(wait time.Duration) {
			time.Sleep(wait)
			synctest.Wait()
			for len(calls) > 0 {
				(<-calls)()
			}
		}
		d := Debounce{Later: After(func(f func()) { calls <- f }), Wait: 100 * time.Millisecond}
		var got []int
		for k := range 5 {
			d.Call(func() { got = append(got, k) })
			rest(50 * time.Millisecond)
		}
		rest(time.Second)
		d.Call(func() { got = append(got, -1) })
		d.Drop()
		rest(time.Second)
		if !slices.Equal(got, []int{4}) {
			t.Errorf("called %v, want the last alone", got)
		}
	})
}
