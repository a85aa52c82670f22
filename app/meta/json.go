package meta

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
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
		value, ok := scalar(raw)
		if !ok {
			i.leave(key, compact(raw))
			continue
		}
		i.set(places[key], key, value)
	}
}

func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}
