package widgets

import "fyne.io/fyne/v2"

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

func (g *Grid) rows() int { return (len(g.keys) + g.columns() - 1) / g.columns() }

func (g *Grid) height() float32 {
	return float32(g.rows())*(g.cell()+gridGap) + gridGap
}

func (g *Grid) row(y float32) int { return max(int(y/(g.cell()+gridGap)), 0) }

// at is where cell i lies in the body.
func (g *Grid) at(i int) fyne.Position {
	n, side := g.columns(), g.cell()+gridGap
	return fyne.NewPos(gridEdge+float32(i%n)*side, gridGap/2+float32(i/n)*side)
}

// find is the cell at a place of the body, or -1.
func (g *Grid) find(p fyne.Position) int {
	side := g.cell()
	x, y := int((p.X-gridEdge)/(side+gridGap)), g.row(p.Y-gridGap/2)
	i := y*g.columns() + x
	if p.X < gridEdge || x >= g.columns() || i >= len(g.keys) {
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
	n, side := g.columns(), g.cell()
	for y := g.row(top - gridGap/2); y <= g.row(bottom); y++ {
		for x := range n {
			i := y*n + x
			if i >= len(g.keys) {
				return found
			}
			if at := g.at(i); at.X < right && at.X+side > left && at.Y < bottom && at.Y+side > top {
				found = append(found, i)
			}
		}
	}
	return found
}
