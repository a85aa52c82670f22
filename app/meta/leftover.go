package meta

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxStrings bounds how many strings of a graph are looked at for what is left.
const maxStrings = 4000

// NumbersKey is the key in Unused of the numbers of a graph's nodes that have no
// place: how strong a LoRA is, and the like.
const NumbersKey = "other numbers"

// leaveTo leaves the texts of a graph that have no place in i: a line each for
// what somebody wrote, all others in one, and its numbers in another.
func (g graph) leaveTo(i *Info) {
	var chosen, numbers []string
	placed, looks := clip(i.placed(), maxWords), 0
	for _, id := range g.ids() {
		n := g[id]
		for k := range n.inputs {
			in := &n.inputs[k]
			if in.id == "" && len(numbers) < maxKeys {
				numbers = append(numbers, g.numbersLeft(i, id, in)...)
			}
			for _, s := range stringsIn(in.raw) {
				if looks++; looks > maxStrings {
					break
				}
				switch {
				case in.id != "" || saysWhole(placed, s) || in.name == "sampler_name" && s == i.Unused["sampler"] || in.name == "scheduler" && s == i.Unused["scheduler"]:
				case (holdsWords(in) || isProse(s)) && len(i.Unused) < maxKeys/2:
					i.leave(fmt.Sprintf("%s %s %s", n.class, id, in.name), s)
				case !slices.Contains(chosen, in.name+": "+s) && len(chosen) < maxKeys:
					chosen = append(chosen, in.name+": "+s)
				}
			}
		}
	}
	i.leave("other settings", strings.Join(chosen, ", "))
	i.leave(NumbersKey, strings.Join(numbers[:min(len(numbers), maxKeys)], ", "))
}

// numbersLeft are the numbers of an input that have no place in i, each with the
// node and the name that it has there.
func (g graph) numbersLeft(i *Info, id string, in *input) (left []string) {
	for _, n := range numbersIn(in.raw) {
		if i.placesNumber(in.name, n.value) {
			continue
		}
		name := in.name
		if n.key != "" {
			name += " " + n.key
		}
		left = append(left, fmt.Sprintf("%s %s %s: %s", g[id].class, id, name, n.value))
	}
	return left
}

// placesNumber reports whether a number of an input stands in its place in i already.
func (i *Info) placesNumber(name, value string) bool {
	var places []string
	add := func(known bool, at func() any) {
		if known {
			places = append(places, fmt.Sprint(at()))
		}
	}
	switch {
	case slices.Contains(seedNames, name):
		add(i.Seed != nil, func() any { return *i.Seed })
		add(i.DecoderSeed != nil, func() any { return *i.DecoderSeed })
	case slices.Contains(stepsNames, name):
		add(i.Steps != nil, func() any { return *i.Steps })
		add(i.DecoderSteps != nil, func() any { return *i.DecoderSteps })
	case slices.Contains(scaleNames, name):
		add(i.Guidance != nil, func() any { return *i.Guidance })
		add(i.DecoderGuidance != nil, func() any { return *i.DecoderGuidance })
	case strings.Contains(name, "width"):
		add(i.Width != nil, func() any { return *i.Width })
	case strings.Contains(name, "height"):
		add(i.Height != nil, func() any { return *i.Height })
	case name == "denoise":
		places = []string{i.Unused["denoise"]}
	}
	return slices.ContainsFunc(places, func(placed string) bool { return sameNumber(placed, value) })
}

func sameNumber(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return a == b || errX == nil && errY == nil && x == y && !strings.ContainsAny(b, "eE")
}

// saysWhole reports whether a text says s in whole words; it says nothing always.
func saysWhole(text, s string) bool {
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for s = strings.TrimSpace(s); s != ""; {
		at := strings.Index(text, s)
		if at < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(s):])
		if !inWord(before) && !inWord(after) {
			return true
		}
		text = text[at+len(s):]
	}
	return true
}

// leaveEditor leaves what only the editor's view of a graph says: notes, and
// the titles of nodes and groups.
func leaveEditor(i *Info, text string) {
	type part struct {
		Title  string
		Values json.RawMessage `json:"widgets_values"`
	}
	var view struct {
		Nodes, Groups []part
		Definitions   struct {
			Subgraphs []struct{ Nodes, Groups []part }
		}
		Extra struct{ Info json.RawMessage }
	}
	raw := []byte(text)
	if !json.Valid(raw) {
		raw = withoutNaN(raw)
	}
	json.Unmarshal(raw, &view) // what does not fit is empty
	said := i.placed()
	for _, key := range sorted(i.Unused) {
		said += clip(i.Unused[key], maxWords) + "\n"
	}
	said = clip(said, maxWords)
	var more []string
	looks := 0
	all := append(view.Nodes, view.Groups...)
	for _, sub := range view.Definitions.Subgraphs {
		all = append(append(all, sub.Nodes...), sub.Groups...)
	}
	for _, n := range all {
		for _, s := range append([]string{n.Title}, stringsIn(n.Values)...) {
			if looks++; looks > maxStrings {
				break
			}
			if !saysWhole(said, s) && !slices.Contains(more, s) && len(more) < maxKeys {
				more = append(more, s)
			}
		}
	}
	more = append(more, stringsIn(view.Extra.Info)...)
	i.leave("workflow", strings.Join(more, "\n"))
}

// stringsIn are the strings in a JSON value, in their order.
func stringsIn(raw json.RawMessage) (found []string) {
	walk(raw, func(_ string, value json.Token) {
		if s, ok := value.(string); ok {
			found = append(found, s)
		}
	})
	return found
}

// A keyed is a number in a JSON value, with its key where it has one.
type keyed struct{ key, value string }

// numbersIn are the numbers in a JSON value, in their order.
func numbersIn(raw json.RawMessage) (found []keyed) {
	walk(raw, func(key string, value json.Token) {
		if n, ok := value.(json.Number); ok {
			found = append(found, keyed{key, n.String()})
		}
	})
	return found
}

// walk calls visit with every scalar in a JSON value, with the key that it has in the
// object around it, "" where it has none. It ends where the value is damaged.
func walk(raw json.RawMessage, visit func(key string, value json.Token)) {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	type level struct {
		object, value bool // a value is next, not a key
		key           string
	}
	open := []level{{value: true}}
	for {
		token, err := d.Token()
		if err != nil {
			return
		}
		in := &open[len(open)-1]
		if token == json.Delim('}') || token == json.Delim(']') {
			if open = open[:len(open)-1]; len(open) == 0 {
				return
			}
			continue
		}
		if in.object && !in.value {
			in.key, in.value = token.(string), true
			continue
		}
		in.value = !in.object
		if token == json.Delim('{') || token == json.Delim('[') {
			open = append(open, level{token == json.Delim('{'), token == json.Delim('['), in.key})
			continue
		}
		visit(in.key, token)
	}
}
