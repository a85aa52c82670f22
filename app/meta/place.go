package meta

import (
	"fmt"
	"strconv"
	"strings"
)

// set puts a value where it belongs, or leaves it; the first one counts.
func (i *Info) set(place, key, value string) {
	if !i.place(place, value) {
		if key == "" {
			key = place
		}
		i.leave(key, value)
	}
}

// place is false for a value that does not fit, or where another one is.
func (i *Info) place(place, value string) bool {
	switch place {
	case "prompt":
		return text(&i.Prompt, value)
	case "negative":
		return text(&i.Negative, value)
	case "model":
		return value != "" && text(&i.Model, value)
	case "preset":
		return value != "" && text(&i.Preset, value)
	case "steps":
		return number(&i.Steps, value)
	case "decoder steps":
		return number(&i.DecoderSteps, value)
	case "guidance":
		return real(&i.Guidance, value)
	case "decoder guidance":
		return real(&i.DecoderGuidance, value)
	case "seed":
		return seed(&i.Seed, value)
	case "decoder seed":
		return seed(&i.DecoderSeed, value)
	case "width":
		return number(&i.Width, value)
	case "height":
		return number(&i.Height, value)
	case "size":
		return i.setSize(value)
	}
	return false
}

// only puts v where nothing is yet, and is true where v is now.
func only[T comparable](to **T, v T) bool {
	if *to == nil {
		*to = &v
	}
	return **to == v
}

func text(to **string, s string) bool { return only(to, s) }

// setSize reads "1024x768", "(1024, 768)" and the like.
func (i *Info) setSize(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("x×,*() ", r) })
	var w, h *int
	if len(parts) != 2 || !number(&w, parts[0]) || !number(&h, parts[1]) {
		return false
	}
	wide, high := only(&i.Width, *w), only(&i.Height, *h)
	return wide && high
}

// number reads a whole number from 0 to a million.
func number(to **int, s string) bool {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || f != float64(int64(f)) || f < 0 || f > 1e6 {
		return false
	}
	return only(to, int(f))
}

func real(to **float64, s string) bool {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f >= -1e6 && f <= 1e6) {
		return false
	}
	return only(to, f)
}

func seed(to **uint64, s string) bool {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return false
	}
	return only(to, n)
}

// placed are the values that have a place, a line each.
func (i *Info) placed() string {
	var b strings.Builder
	b.WriteByte('\n')
	say := func(v any) { fmt.Fprintf(&b, "%v\n", v) }
	for _, s := range []*string{i.Prompt, i.Negative, i.Model, i.Preset} {
		if s != nil {
			say(*s)
		}
	}
	for _, n := range []*int{i.Steps, i.DecoderSteps, i.Width, i.Height} {
		if n != nil {
			say(*n)
		}
	}
	for _, f := range []*float64{i.Guidance, i.DecoderGuidance} {
		if f != nil {
			say(*f)
		}
	}
	for _, n := range []*uint64{i.Seed, i.DecoderSeed} {
		if n != nil {
			say(*n)
		}
	}
	if i.Width != nil && i.Height != nil {
		fmt.Fprintf(&b, "%dx%d\n", *i.Width, *i.Height)
	}
	return b.String()
}
