package library

import (
	"strconv"
	"strings"
)

// field takes a term like stars>2 or model:lite; false when it is a word.
func (s *search) field(t term) bool {
	if t.quoted {
		return false
	}
	i := strings.IndexAny(t.text, ":<>=")
	if i <= 0 || i == len(t.text)-1 {
		return false
	}
	name, op, value := strings.ToLower(t.text[:i]), t.text[i:i+1], t.text[i+1:]
	switch name {
	case "stars", "steps", "width", "height", "size":
		return s.number(t.not, name, op, value)
	}
	if op != ":" {
		return false
	}
	switch name {
	case "model":
		s.column(t.not, "model IN (SELECT id FROM models WHERE name LIKE ? ESCAPE '\\')", "%"+likeText(value)+"%")
	case "tag":
		s.set(t.not, "SELECT picture FROM tagged WHERE tag LIKE ? ESCAPE '\\'", likeText(value)+"%")
	case "seed":
		n, err := strconv.ParseUint(value, 10, 64)
		if err != nil {
			return false
		}
		s.column(t.not, "seed = ?", int64(n))
	case "is":
		return s.is(t.not, strings.ToLower(value))
	default:
		return false
	}
	return true
}

// number compares a column with a whole number, or both sides of a picture
// with two, or with the same.
func (s *search) number(not bool, name, op, value string) bool {
	switch {
	case op == ":":
		op = "="
	case op != "=" && strings.HasPrefix(value, "="):
		op, value = op+"=", value[1:]
	}
	if name != "size" {
		n, err := strconv.Atoi(value)
		if err == nil {
			s.column(not, name+" "+op+" ?", n)
		}
		return err == nil
	}
	wide, high, ok := strings.Cut(strings.NewReplacer("X", "x", "×", "x").Replace(value), "x")
	if !ok {
		high = wide
	}
	w, err := strconv.Atoi(wide)
	if err != nil {
		return false
	}
	h, err := strconv.Atoi(high)
	if err != nil {
		return false
	}
	s.column(not, "width "+op+" ? AND height "+op+" ?", w, h)
	return true
}

// shapes are the conditions of a picture's shape.
var shapes = map[Shape]string{Landscape: "width > height", Portrait: "width < height", Square: "width = height"}

func (s *search) is(not bool, what string) bool {
	switch what {
	case "draft", "imported", "favourite":
		s.column(not, what+" = 1")
	case "favorite":
		s.column(not, "favourite = 1")
	case "landscape":
		s.column(not, shapes[Landscape])
	case "portrait":
		s.column(not, shapes[Portrait])
	case "square":
		s.column(not, shapes[Square])
	case "missing":
		s.missing = s.missing || !not // what is not missing is shown anyway
	case "copy":
		s.copies = s.copies || !not
	default:
		return false
	}
	return true
}

// likeText keeps the signs of LIKE from meaning more than themselves.
var likeText = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace
