package recipe

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"cascata/inference/sampler"
)

// maxCount bounds how many pictures one command makes; the window asks for
// fewer at once.
const maxCount = 10000

// MaxText bounds a prompt that is taken from a picture, bytes.
const MaxText = 100_000

// number is a setting that is a number of a recipe. at is where the recipe has
// it; said is what a picture says of it, nil where only ours do.
func number[T int | float64](s Setting, at func(*Recipe) *T, said func(Picture) *T) Setting {
	n := s.Number
	n.Get = func(r *Recipe) float64 { return float64(*at(r)) }
	n.Set = func(r *Recipe, v float64) { *at(r) = T(v) }
	if said == nil {
		said = func(p Picture) *T {
			if p.Own == nil {
				return nil
			}
			return at(p.Own)
		}
	}
	s.Value = func(k *Sketch) any { return *at(&k.Recipe) }
	s.Copy = func(to, from *Sketch) { *at(&to.Recipe) = *at(&from.Recipe) }
	s.Parse = n.read
	s.Take = func(k *Sketch, p Picture) bool {
		v := said(p)
		if v == nil || !n.makes(float64(*v)) {
			return false
		}
		*at(&k.Recipe) = *v
		return true
	}
	return s
}

// tuning is a number that a preset has, and a recipe where it has its own.
func tuning(s Setting, at func(*Recipe) **float64) Setting {
	n := s.Number
	n.Own = at
	n.Get = func(r *Recipe) float64 {
		if v := *at(r); v != nil {
			return *v
		}
		return n.Preset(r)
	}
	n.Set = func(r *Recipe, v float64) { *at(r) = &v }
	s.Value = func(k *Sketch) any {
		if v := *at(&k.Recipe); v != nil {
			return *v
		}
		return nil
	}
	s.Copy = func(to, from *Sketch) { *at(&to.Recipe) = *at(&from.Recipe) }
	s.Parse = n.read
	s.Take = func(k *Sketch, p Picture) bool {
		if p.Own == nil {
			return false
		}
		v := *at(p.Own)
		if v != nil && !n.makes(*v) {
			return false
		}
		*at(&k.Recipe) = v
		return true
	}
	return s
}

// toggle is a setting that is on or off.
func toggle(s Setting, at func(*Sketch) *bool) Setting {
	s.On = at
	s.Value = func(k *Sketch) any { return *at(k) }
	s.Copy = func(to, from *Sketch) { *at(to) = *at(from) }
	s.Parse = func(k *Sketch, text string) (err error) {
		*at(k), err = strconv.ParseBool(text)
		return err
	}
	return s
}

func (n *Number) highest() float64 { return max(n.Most, n.Max) }

// makes reports whether a picture can be made with a number.
func (n *Number) makes(v float64) bool { return v >= n.Lowest && v <= n.highest() } // not NaN either

// read is Setting.Parse.
func (n *Number) read(k *Sketch, text string) error {
	v, err := n.parse(text)
	if err == nil {
		n.Set(&k.Recipe, v)
	}
	return err
}

func (n *Number) parse(text string) (float64, error) {
	if n.Whole {
		var v int
		err := parseWhole(&v, text, int(n.Lowest), int(n.highest()))
		return float64(v), err
	}
	lowest := n.Lowest
	if n.Positive {
		lowest = math.SmallestNonzeroFloat64
	}
	v, err := strconv.ParseFloat(text, 64)
	switch ok := err == nil && v >= lowest && v <= n.highest(); { // not NaN either
	case !ok && n.Positive:
		return 0, fmt.Errorf("choose a number above 0, up to %g", n.highest())
	case !ok:
		return 0, fmt.Errorf("choose a number from %g to %g", n.Lowest, n.highest())
	}
	return v, nil
}

func parseWhole(to *int, text string, least, most int) error {
	v, err := strconv.Atoi(text)
	if err != nil || v < least || v > most {
		return fmt.Errorf("choose a whole number from %d to %d", least, most)
	}
	*to = v
	return nil
}

// parseSeed reads a seed; none is -1, as other programs write it.
func parseSeed(text string) (v uint64, none bool, err error) {
	if text == "-1" {
		return 0, true, nil
	}
	if v, err = strconv.ParseUint(text, 10, 64); err != nil {
		return 0, false, errors.New("choose a whole number from 0 to 18446744073709551615, or -1 for a random one")
	}
	return v, false, nil
}

func parseFilled(to *string, text string) error {
	if text == "" {
		return errors.New("it is empty; write a value, or leave the flag out")
	}
	*to = text
	return nil
}

func parsePreset(s *Sketch, text string) error {
	if text == "" {
		return errors.New("choose official, comfy or diffusers")
	}
	p, err := sampler.ParsePreset(text)
	if err == nil {
		s.Preset = p
	}
	return err
}

// parseSize reads "1024x768" and "1024 × 768".
func parseSize(s *Sketch, text string) error {
	a, b, found := strings.Cut(strings.ReplaceAll(strings.ToLower(text), "×", "x"), "x")
	w, errW := strconv.Atoi(strings.TrimSpace(a))
	h, errH := strconv.Atoi(strings.TrimSpace(b))
	if !found || errW != nil || errH != nil || min(w, h) < SideUnit || max(w, h) > sampler.MaxSide {
		return fmt.Errorf("choose a size from %dx%[1]d to %dx%[2]d", SideUnit, sampler.MaxSide)
	}
	s.Width, s.Height = w, h
	return nil
}
