package picture

import "fyne.io/fyne/v2"

// sheetLayout puts a table beside the large picture, or a strip of one row
// under it where that leaves the picture enough.
type sheetLayout struct{ strip bool }

func (l *sheetLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[1].MinSize() }

func (l *sheetLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	const between = 12
	if l.strip && size.Height >= 280 {
		h := min(max(size.Height/4, 120), size.Height/2)
		o[1].Move(fyne.Position{})
		o[1].Resize(fyne.NewSize(size.Width, size.Height-h-between))
		o[0].Move(fyne.NewPos(0, size.Height-h))
		o[0].Resize(fyne.NewSize(size.Width, h))
		return
	}
	w := (size.Width - between) / 2
	for i := range o[:2] {
		o[i].Move(fyne.NewPos(float32(i)*(w+between), 0))
		o[i].Resize(fyne.NewSize(w, size.Height))
	}
}

// tableLayout puts column names above cells of equal size, and row names, each
// the first object of its row, beside them.
type tableLayout struct {
	columns int
	named   bool    // rows have names
	ratio   float32 // height of a cell / its width
}

const (
	tableGap  = 8
	tableCell = 96 // width of a cell, at least
	tableName = 24 // height of the names
)

func (l *tableLayout) rows(objects []fyne.CanvasObject) (rows int, left float32) {
	if l.columns == 0 {
		return 0, 0
	}
	per := l.columns
	if l.named {
		per++
		for i := l.columns; i < len(objects); i += per {
			left = max(left, objects[i].MinSize().Width+tableGap)
		}
	}
	return (len(objects) - l.columns) / per, left
}

func (l *tableLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	rows, left := l.rows(objects)
	return fyne.NewSize(left+float32(l.columns)*(tableCell+tableGap), tableName+float32(rows)*(tableCell*l.ratio+tableGap))
}

func (l *tableLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rows, left := l.rows(objects)
	if rows == 0 {
		return
	}
	w := (size.Width-left)/float32(l.columns) - tableGap
	w = min(w, ((size.Height-tableName)/float32(rows)-tableGap)/l.ratio)
	cell := fyne.NewSize(w, w*l.ratio)
	if !l.named { // a strip stands in the middle
		left = max((size.Width-float32(l.columns)*(w+tableGap))/2, 0)
	}
	for i, o := range objects[:l.columns] {
		o.Move(fyne.NewPos(left+float32(i)*(w+tableGap), 0))
		o.Resize(fyne.NewSize(w, tableName))
	}
	at := objects[l.columns:]
	for r := range rows {
		y := tableName + float32(r)*(cell.Height+tableGap)
		if l.named {
			h := at[0].MinSize().Height
			at[0].Move(fyne.NewPos(0, y+(cell.Height-h)/2))
			at[0].Resize(fyne.NewSize(left-tableGap, h))
			at = at[1:]
		}
		for i, o := range at[:l.columns] {
			o.Move(fyne.NewPos(left+float32(i)*(w+tableGap), y))
			o.Resize(cell)
		}
		at = at[l.columns:]
	}
}
