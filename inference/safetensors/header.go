package safetensors

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// An entry is one line of the table: offsets are relative to the data section.
type entry struct {
	name       string
	dtype      string
	shape      []int64
	begin, end int64
}

// parse reads the JSON header token by token, so that neither deep nesting
// nor many small values cost memory.
func parse(r io.Reader) ([]entry, map[string]string, error) {
	p := parser{json.NewDecoder(r)}
	p.d.UseNumber()
	var entries []entry
	var meta map[string]string
	seen := make(map[string]bool)
	err := p.object(maxTensors, seen, func(name string) (err error) {
		if name == "__metadata__" {
			meta, err = p.metadata()
			return err
		}
		e, err := p.entry(name)
		entries = append(entries, e)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if _, err := p.d.Token(); err != io.EOF {
		return nil, nil, errors.New("more text after its end")
	}
	return entries, meta, nil
}

type parser struct{ d *json.Decoder }

// object reads an object of at most limit members; value must consume one.
func (p parser) object(limit int, seen map[string]bool, value func(key string) error) error {
	if err := p.delim('{'); err != nil {
		return err
	}
	for p.d.More() {
		key, err := p.text()
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("%.80q appears twice", key)
		}
		if len(seen) == limit {
			return fmt.Errorf("more than %d members", limit)
		}
		if len(key) > maxName {
			return fmt.Errorf("a name of %d bytes (limit %d)", len(key), maxName)
		}
		seen[key] = true
		if err := value(key); err != nil {
			return fmt.Errorf("%.80q: %w", key, err)
		}
	}
	return p.delim('}')
}

func (p parser) metadata() (map[string]string, error) {
	meta := make(map[string]string)
	return meta, p.object(maxTensors, make(map[string]bool), func(key string) (err error) {
		meta[key], err = p.text()
		return err
	})
}

func (p parser) entry(name string) (entry, error) {
	e := entry{name: name}
	var span []int64
	seen := make(map[string]bool, 3)
	err := p.object(3, seen, func(key string) (err error) {
		switch key {
		case "dtype":
			e.dtype, err = p.text()
			if len(e.dtype) > 32 {
				err = errors.New("too long")
			}
		case "shape":
			e.shape, err = p.numbers(maxDims)
		case "data_offsets":
			span, err = p.numbers(2)
		default:
			err = errors.New("unknown member")
		}
		return err
	})
	if err != nil {
		return e, err
	}
	if len(seen) != 3 || len(span) != 2 {
		return e, errors.New("wants dtype, shape and two data_offsets")
	}
	e.begin, e.end = span[0], span[1]
	return e, nil
}

// numbers reads a list of at most limit whole numbers, none negative.
func (p parser) numbers(limit int) ([]int64, error) {
	if err := p.delim('['); err != nil {
		return nil, err
	}
	list := []int64{}
	for p.d.More() {
		t, err := p.d.Token()
		if err != nil {
			return nil, err
		}
		s, ok := t.(json.Number)
		if !ok {
			return nil, errors.New("wants whole numbers")
		}
		n, err := strconv.ParseUint(s.String(), 10, 63)
		if err != nil {
			return nil, fmt.Errorf("%.40q is no whole number below 2^63", s)
		}
		if len(list) == limit {
			return nil, fmt.Errorf("more than %d numbers", limit)
		}
		list = append(list, int64(n))
	}
	return list, p.delim(']')
}

func (p parser) text() (string, error) {
	t, err := p.d.Token()
	if err != nil {
		return "", err
	}
	s, ok := t.(string)
	if !ok {
		return "", errors.New("wants text")
	}
	return s, nil
}

func (p parser) delim(want json.Delim) error {
	t, err := p.d.Token()
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	if err != nil {
		return err
	}
	if t != want {
		return fmt.Errorf("wants %q", want.String())
	}
	return nil
}
