package grid

import "slices"

// A choice is which of many keys are chosen, and where the keyboard is.
type choice struct {
	keys   []int64
	chosen map[int64]bool
	cursor int // the place of the keyboard; -1: nowhere yet
	anchor int // where a range begins
}

func (c *choice) has(key int64) bool { return c.chosen[key] }

// Chosen are the keys that are chosen, in order.
func (c *choice) Chosen() []int64 {
	out := make([]int64, 0, len(c.chosen))
	for _, k := range c.keys {
		if c.chosen[k] {
			out = append(out, k)
		}
		if len(out) == len(c.chosen) {
			break
		}
	}
	return out
}

// Count is how many are chosen.
func (c *choice) Count() int { return len(c.chosen) }

// Cursor is the key the keyboard is at; 0 where it is nowhere.
func (c *choice) Cursor() int64 {
	if c.cursor < 0 || c.cursor >= len(c.keys) {
		return 0
	}
	return c.keys[c.cursor]
}

// replace has other keys. Those that stay are still chosen; the cursor stays
// at its key, else at its place. It says whether others are chosen now.
func (c *choice) replace(keys []int64) (changed bool) {
	at, from := c.Cursor(), c.anchor
	var start int64
	if from >= 0 && from < len(c.keys) {
		start = c.keys[from]
	}
	c.keys = slices.Clone(keys)
	kept := make(map[int64]bool, len(c.chosen))
	cursor, anchor := -1, -1
	for i, k := range c.keys {
		if c.chosen[k] {
			kept[k] = true
		}
		if k == at {
			cursor = i
		}
		if k == start {
			anchor = i
		}
	}
	if cursor < 0 {
		cursor = min(c.cursor, len(c.keys)-1)
	}
	if anchor < 0 {
		anchor = max(cursor, 0)
	}
	changed = len(kept) != len(c.chosen)
	c.chosen, c.cursor, c.anchor = kept, cursor, anchor
	return changed
}

// only chooses one, and none else.
func (c *choice) only(i int) {
	c.chosen = map[int64]bool{c.keys[i]: true}
	c.cursor, c.anchor = i, i
}

// toggle chooses one besides the others, or no longer.
func (c *choice) toggle(i int) {
	if c.chosen == nil {
		c.chosen = map[int64]bool{}
	}
	if k := c.keys[i]; c.chosen[k] {
		delete(c.chosen, k)
	} else {
		c.chosen[k] = true
	}
	c.cursor, c.anchor = i, i
}

// extend chooses all from the anchor to i; with the others where more is set.
func (c *choice) extend(i int, more bool) {
	if !more || c.chosen == nil {
		c.chosen = map[int64]bool{}
	}
	from := min(max(c.anchor, 0), len(c.keys)-1)
	for k := min(from, i); k <= max(from, i); k++ {
		c.chosen[c.keys[k]] = true
	}
	c.cursor = i
}

// set chooses these places and what was chosen before.
func (c *choice) set(places []int, before map[int64]bool) {
	c.chosen = make(map[int64]bool, len(places)+len(before))
	for k := range before {
		c.chosen[k] = true
	}
	for _, i := range places {
		c.chosen[c.keys[i]] = true
	}
}

func (c *choice) all() {
	c.chosen = make(map[int64]bool, len(c.keys))
	for _, k := range c.keys {
		c.chosen[k] = true
	}
}

func (c *choice) none() { c.chosen = nil }
