package async

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestLatest(t *testing.T) {
	var got []int
	var pending func()
	l := &Latest[int]{Do: func(f func()) { pending = f }, Show: func(n int) { got = append(got, n) }}
	for n := range 100 {
		l.Set(n)
	}
	pending()
	if !slices.Equal(got, []int{99}) {
		t.Errorf("shown %v, want only the newest, 99", got)
	}
}

func TestLatestIsNotFasterThanEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex // guards got
		var got []int
		l := &Latest[int]{Do: func(f func()) { f() }, Every: 30 * time.Millisecond, Show: func(n int) {
			mu.Lock()
			got = append(got, n)
			mu.Unlock()
		}}
		for n := range 100 { // a value a millisecond
			l.Set(n)
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if len(got) != 5 || got[0] != 0 || got[4] != 99 {
			t.Errorf("shown %v, want one in 30 and the last", got)
		}
		for i := 1; i < 4; i++ {
			if got[i]-got[i-1] < 29 {
				t.Errorf("shown %v, want 30 ms between two", got)
			}
		}
	})
}
