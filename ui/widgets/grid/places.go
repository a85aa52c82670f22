package grid

import (
	"sort"

	"fyne.io/fyne/v2"
)

// A Section is this many pictures that follow one another below a heading.
type Section struct {
	Title string
	Count int
}

// gridSections are where sections begin: each with a row of its own, below a
// heading. Without headings all pictures are one section.
type gridSections struct {
	titles []string
	first  []int // picture of each section
	row    []int // of each section, with this many columns
	per    int   // columns that row was made for
	rows   int   // of all sections
}

const (
	gridHeading      = 32 // the room of a heading
	gridHeadingBelow = 6  // of it, between the text and the row
)

// newGridSections cuts n pictures into sections.
func newGridSections(n int, sections []Section) (s gridSections) {
	i := 0
	for _, c := range sections {
		if c.Count > 0 && i < n {
			s.titles, s.first = append(s.titles, c.Title), append(s.first, i)
			i += c.Count
		}
	}
	if len(s.first) == 0 {
		s.first = []int{0}
	}
	return s
}

// lay numbers the rows.
func (s *gridSections) lay(n, per int) {
	if s.per == per {
		return
	}
	s.per, s.rows, s.row = per, 0, s.row[:0]
	for k := range s.first {
		s.row = append(s.row, s.rows)
		s.rows += (s.end(k, n) - s.first[k] + per - 1) / per
	}
}

// end is behind the last picture of section k, of n pictures in all.
func (s *gridSections) end(k, n int) int {
	if k+1 < len(s.first) {
		return s.first[k+1]
	}
	return n
}

// of is the section that picture i is in.
func (s *gridSections) of(i int) int {
	return max(sort.SearchInts(s.first, i+1)-1, 0)
}

// heading is the room above each section.
func (s *gridSections) heading() float32 {
	if len(s.titles) == 0 {
		return 0
	}
	return gridHeading
}

// places are the sections with their rows numbered.
func (g *Grid) places() *gridSections {
	g.sections.lay(len(g.keys), g.columns())
	return &g.sections
}

// columns is how many cells lie beside each other. A row is one cell and a gap
// high.
func (g *Grid) columns() int {
	w := g.clip.Size().Width - 2*gridEdge
	return max(int((w+gridGap)/(g.side+gridGap)), 1)
}

// cell is the side of a cell: the columns share the width.
func (g *Grid) cell() float32 {
	n := float32(g.columns())
	w := max(g.clip.Size().Width-2*gridEdge, g.side)
	return float32(int((w - gridGap*(n-1)) / n))
}

func (g *Grid) height() float32 {
	s := g.places()
	return float32(s.rows)*(g.cell()+gridGap) + float32(len(s.first))*s.heading() + gridGap
}

// top is where section k begins in the body, with its heading.
func (g *Grid) top(k int) float32 {
	s := g.places()
	return gridGap/2 + float32(s.row[k])*(g.cell()+gridGap) + float32(k)*s.heading()
}

// section is the section at a height of the body.
func (g *Grid) section(y float32) int {
	n := len(g.places().first)
	return max(sort.Search(n, func(k int) bool { return g.top(k) > y })-1, 0)
}

// at is where cell i lies in the body.
func (g *Grid) at(i int) fyne.Position {
	s, side := g.places(), g.cell()+gridGap
	k := s.of(i)
	in := i - s.first[k]
	return fyne.NewPos(gridEdge+float32(in%s.per)*side, g.top(k)+s.heading()+float32(in/s.per)*side)
}

// rowOf is the row of cell i: from first up to end.
func (g *Grid) rowOf(i int) (first, end int) {
	s := g.places()
	k := s.of(i)
	first = i - (i-s.first[k])%s.per
	return first, min(first+s.per, s.end(k, len(g.keys)))
}

// rowAt is the row at a height of the body, or that below a heading there.
func (g *Grid) rowAt(y float32) (first, end int) {
	if len(g.keys) == 0 {
		return 0, 0
	}
	s := g.places()
	k := g.section(y)
	down := max(int((y-g.top(k)-s.heading())/(g.cell()+gridGap)), 0)
	return g.rowOf(min(s.first[k]+down*s.per, s.end(k, len(g.keys))-1))
}

// find is the cell at a place of the body, or -1.
func (g *Grid) find(p fyne.Position) int {
	side := g.cell()
	x := int((p.X - gridEdge) / (side + gridGap))
	first, end := g.rowAt(p.Y)
	i := first + x
	if p.X < gridEdge || x >= g.columns() || i >= end {
		return -1
	}
	if at := g.at(i); p.X-at.X > side || p.Y < at.Y || p.Y-at.Y > side {
		return -1
	}
	return i
}

// within are the cells from one place of the body to another, as a rectangle.
func (g *Grid) within(a, b fyne.Position) (found []int) {
	left, right := min(a.X, b.X), max(a.X, b.X)
	top, bottom := min(a.Y, b.Y), max(a.Y, b.Y)
	side := g.cell()
	first, end := g.rowAt(top)
	for first < end && g.at(first).Y < bottom {
		for i := first; i < end; i++ {
			if at := g.at(i); at.X < right && at.X+side > left && at.Y+side > top {
				found = append(found, i)
			}
		}
		if end >= len(g.keys) {
			break
		}
		first, end = g.rowOf(end)
	}
	return found
}
