package numbers

import (
	"math"
	"testing"
)

func TestNumbers(t *testing.T) {
	defer SetLanguage("en")
	for _, tt := range []struct{ code, fixed, short, tiny, grouped, small string }{
		{"en", "1234.50", "0.7", "0.000001", "1,234,567", "1,284"},
		{"de", "1234,50", "0,7", "0,000001", "1.234.567", "1.284"},
		{"de-DE", "1234,50", "0,7", "0,000001", "1.234.567", "1.284"},
		{"de-CH", "1234.50", "0.7", "0.000001", "1’234’567", "1’284"},
		{"nonsense", "1234.50", "0.7", "0.000001", "1,234,567", "1,284"},
	} {
		SetLanguage(tt.code)
		got := [5]string{Fixed(1234.5, 2), Short(0.7), Short(1e-6), Grouped(1234567), Grouped(1284)}
		if want := [5]string{tt.fixed, tt.short, tt.tiny, tt.grouped, tt.small}; got != want {
			t.Errorf("%s: %q, want %q", tt.code, got, want)
		}
	}
	SetLanguage("en")
	for got, want := range map[string]string{
		Fixed(0, 1): "0.0", Fixed(9.96, 1): "10.0", Fixed(-0.5, 1): "-0.5", Fixed(3, 0): "3", Short(20): "20", Short(1.3): "1.3", Short(100.0 / 3): "33.333333",
		Short(1e9): "1000000000", Grouped(0): "0", Grouped(999): "999", Short(math.MaxInt32): "2147483647",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNumbersAreRead(t *testing.T) {
	defer SetLanguage("en")
	for _, tt := range []struct {
		code, text string
		want       int
		ok         bool
	}{
		{"de", "1.024", 1024, true}, {"de", "1.234.567", 1234567, true}, {"de", "-1.024", -1024, true}, {"en", "1,024", 1024, true}, {"de-CH", "1’024", 1024, true},
		{"de", "1.02", 0, false}, {"de", "1024", 0, false}, {"de", "0.024", 0, false}, {"de", "1.0245", 0, false}, {"de", "1,024", 0, false}, {"en", "1.024", 0, false},
		{"de", "1..024", 0, false}, {"de", "99.999.999.999.999.999.999", 0, false}, {"de", "", 0, false}, {"de", ".", 0, false},
	} {
		SetLanguage(tt.code)
		if got, ok := Ungroup(tt.text); ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s: %q is %d, %v", tt.code, tt.text, got, ok)
		}
	}
	for text, want := range map[string]float64{"1,5": 1.5, " 1.5 ": 1.5, "-3": -3, "2e3": 2000} {
		if got, ok := Parse(text); !ok || got != want {
			t.Errorf("%q is %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "NaN", "1,2,3", "one"} {
		if got, ok := Parse(text); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}
