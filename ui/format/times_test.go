package format_test

import (
	"testing"
	"time"

	"cascata/ui/format"
	"cascata/ui/uitest"
)

func TestTimeText(t *testing.T) {
	uitest.App(t)
	for _, tt := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0.0 s"}, {-time.Second, "0.0 s"}, {240 * time.Millisecond, "0.2 s"}, {970 * time.Millisecond, "1 s"},
		{38400 * time.Millisecond, "38 s"}, {59600 * time.Millisecond, "1 min"}, {70 * time.Second, "1 min 10 s"},
		{time.Hour - time.Second, "59 min 59 s"}, {2*time.Hour + 5*time.Minute + 20*time.Second, "2 h 5 min"},
	} {
		if got := format.TimeText(tt.d); got != tt.want {
			t.Errorf("%v is %q, want %q", tt.d, got, tt.want)
		}
	}
}

func TestDayText(t *testing.T) {
	uitest.App(t)
	now := time.Date(2026, 11, 24, 0, 30, 0, 0, time.Local)
	for _, tt := range []struct {
		t    time.Time
		want string
	}{
		{now, "today 00:30"}, {now.Add(-time.Hour), "yesterday 23:30"},
		{now.AddDate(0, 0, -2), "2026-11-22"}, {now.AddDate(-1, 0, 0), "2025-11-24"},
	} {
		if got := format.DayText(tt.t, now); got != tt.want {
			t.Errorf("%v is %q, want %q", tt.t, got, tt.want)
		}
	}
}
