package meta

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// An object is a JSON object whose values are looked at one by one.
type object map[string]json.RawMessage

// parseObject reads a JSON object. Python writes NaN and Infinity, which are
// no JSON; they count as null.
func parseObject(text string) (object, bool) {
	var o object
	if json.Unmarshal([]byte(text), &o) == nil {
		return o, o != nil
	}
	return o, json.Unmarshal(withoutNaN([]byte(text)), &o) == nil && o != nil
}

// withoutNaN puts null for NaN and Infinity outside of strings.
func withoutNaN(data []byte) []byte {
	out := make([]byte, 0, len(data))
	inside := false
	for k := 0; k < len(data); k++ {
		c := data[k]
		if inside && c == '\\' && k+1 < len(data) {
			out = append(out, c, data[k+1])
			k++
			continue
		}
		if c == '"' {
			inside = !inside
		}
		if !inside {
			word := ""
			for _, w := range []string{"-Infinity", "Infinity", "NaN"} {
				if bytes.HasPrefix(data[k:], []byte(w)) {
					word = w
					break
				}
			}
			if word != "" {
				out = append(out, "null"...)
				k += len(word) - 1
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// scalar is a string, number or boolean as text.
func scalar(raw json.RawMessage) (string, bool) {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || d.Decode(&v) != nil {
		return "", false
	}
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// text is a scalar of an object, "" where there is none.
func (o object) text(key string) string {
	s, _ := scalar(o[key])
	return s
}

// use puts every value of o where places says, and leaves the others.
func (i *Info) use(o object, places map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		raw := o[key]
		if string(raw) == "null" {
			continue
		}
		if value, ok := scalar(raw); ok {
			i.set(places[key], key, value)
		} else {
			i.leaveText(key, compact(raw))
		}
	}
}

// compact is JSON on one line.
func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}

// plainJSON writes the letters of a JSON text that are written as numbers, so
// that they can be read and found: Python does so with all but ASCII.
func plainJSON(text string) string {
	if !strings.Contains(text, `\u`) {
		return text
	}
	var b strings.Builder
	for k := 0; k < len(text); {
		if text[k] != '\\' {
			b.WriteByte(text[k])
			k++
			continue
		}
		r, size := escaped(text[k:])
		if low, more := escaped(text[min(k+size, len(text)):]); utf16.IsSurrogate(r) && more == 6 {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				r, size = pair, 12
			}
		}
		if r >= 0x80 && !utf16.IsSurrogate(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(text[k:min(k+size, len(text))])
		}
		k += size
	}
	return b.String()
}

// escaped is the letter that s begins with when it is written as a number, and
// how many bytes that takes; 0 for other escapes.
func escaped(s string) (r rune, size int) {
	if len(s) < 6 || s[:2] != `\u` {
		return 0, 2
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	if err != nil {
		return 0, 2
	}
	return rune(n), 6
}

// A field is one member of a JSON object.
type field struct {
	name string
	raw  json.RawMessage
}

// fields are the members of a JSON object in the order in which they are written.
func fields(raw json.RawMessage) []field {
	d := json.NewDecoder(bytes.NewReader(raw))
	if begin, err := d.Token(); err != nil || begin != json.Delim('{') {
		return nil
	}
	var all []field
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil
		}
		f := field{name: name.(string)}
		if d.Decode(&f.raw) != nil {
			return nil
		}
		all = append(all, f)
	}
	return all
}
