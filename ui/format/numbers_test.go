package format_test

import (
	"testing"
	"time"

	"cascata/app/studio"
	"cascata/ui/format"
	"cascata/ui/uitest"
)

func TestNumbersInWords(t *testing.T) {
	uitest.App(t)
	for got, want := range map[string]string{
		format.Took(240 * time.Millisecond): "0.2 s", format.Took(9500 * time.Millisecond): "9.5 s", format.Took(70 * time.Second): "1 min 10 s",
		format.Amount(849_600_000): "850 MB", format.Amount(1_230_000_000): "1.2 GB",
		format.Joined("a", "", "b"): "a · b", format.Joined(""): "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSeries(t *testing.T) {
	q := uitest.FourPictures()
	s := format.SeriesOf(q)
	if n, of := s.Place(q.Waiting[1]); n != 4 || of != 4 {
		t.Errorf("picture %d of %d, want 4 of 4", n, of)
	}
	q.Over = nil // forgotten
	if n, of := format.SeriesOf(q).Place(q.Running[0]); n != 2 || of != 4 {
		t.Errorf("picture %d of %d with the first forgotten, want 2 of 4", n, of)
	}
	if alone := uitest.Job(9, 9, studio.Waiting); s.Short(alone) != "" {
		t.Errorf("%q for a picture alone, want nothing", s.Short(alone))
	}
}
