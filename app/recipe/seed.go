package recipe

// A Seed is what a setting has that is one. A sketch has it with the number of a
// mode, 0 where it is not the artist's own.
type Seed struct {
	Modes []Option // where the next one comes from; nil: it is the artist's own or not, no more
	Get   func(*Sketch) (seed uint64, mode int)
	Set   func(s *Sketch, seed uint64, mode int)
}

// Write keeps a seed that was typed, or, where it was taken away, none.
func (d *Seed) Write(s *Sketch, seed uint64, some bool) {
	_, mode := d.Get(s)
	if mode = max(mode, 1); !some {
		mode = 0
	}
	d.Set(s, seed, mode)
}

// Seeds are the settings that are seeds, that of the whole picture first.
func Seeds() (found []*Setting) {
	for i := range Settings {
		if Settings[i].Seed != nil {
			found = append(found, &Settings[i])
		}
	}
	return found
}
