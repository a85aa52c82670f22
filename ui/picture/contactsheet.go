package picture

import (
	"fmt"
	"image"
	"image/color"
	"strings"

	"cascata/app/disk"

	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	fixedpoint "golang.org/x/image/math/fixed"
)

// A ContactSheet is pictures in rows and columns with the values above and beside
// them, as one picture that can be given away.
type ContactSheet struct {
	title, note  string      // above: the prompt, and what all have in common
	across, down []string    // names of columns and rows; down may be empty
	cells        []string    // picture files, row by row; "" is an empty place
	shape        image.Point // width and height of most pictures
}

// Colours of a sheet: as of the light window, whatever the artist's.
var (
	sheetGround = color.RGBA{0xf4, 0xf3, 0xf0, 0xff}
	sheetPlace  = color.RGBA{0xdc, 0xd8, 0xd0, 0xff}
	sheetInk    = color.RGBA{0x22, 0x24, 0x2a, 0xff}
	sheetDim    = color.RGBA{0x67, 0x6b, 0x74, 0xff}
)

// maxSheetPixels bounds a sheet: 268 MB in memory.
const maxSheetPixels = 1 << 26

// draw draws the sheet with cells of at most side by side pixels, less where
// the whole would be too large. It reads one picture at a time; not for the
// window's goroutine. A file that cannot be read leaves its place empty; its
// error is returned with the sheet.
func (l ContactSheet) draw(side int) (*image.RGBA, error) {
	columns, rows := len(l.across), max(len(l.down), 1)
	if columns == 0 || len(l.cells) != columns*rows {
		return nil, fmt.Errorf("a sheet of %d columns and %d rows has %d pictures", columns, rows, len(l.cells))
	}
	if l.shape.X < 1 || l.shape.Y < 1 {
		l.shape = image.Pt(1, 1)
	}
	for side > 64 && (columns+1)*side*(rows+1)*side > maxSheetPixels {
		side = side * 7 / 8
	}
	cell := fitInto(l.shape, image.Rect(0, 0, side, side)).Size()
	size := float64(side) / 18
	face, err := newFace(min(max(size, 13), 30))
	if err != nil {
		return nil, err
	}
	defer face.Close()
	line := face.Metrics().Height.Ceil() * 5 / 4
	gap := max(side/40, 6)
	left := gap
	for _, t := range l.down {
		left = max(left, font.MeasureString(face, t).Ceil()+3*gap)
	}
	width := left + columns*(cell.X+gap) + gap
	title := wrap(face, l.title, width-4*gap, 3)
	note := wrap(face, l.note, width-4*gap, 2)
	top := 2*gap + (len(title)+len(note))*line + line/2 + line + gap

	img := image.NewRGBA(image.Rect(0, 0, width, top+rows*(cell.Y+gap)+gap))
	draw.Draw(img, img.Rect, image.NewUniform(sheetGround), image.Point{}, draw.Src)
	pen := pen{img, face}
	y := 2 * gap
	for _, t := range title {
		pen.text(t, 2*gap, y, sheetInk)
		y += line
	}
	for _, t := range note {
		pen.text(t, 2*gap, y, sheetDim)
		y += line
	}
	for i, t := range l.across {
		t = cut(face, t, cell.X)
		x := left + gap + i*(cell.X+gap) + (cell.X-font.MeasureString(face, t).Ceil())/2
		pen.text(t, x, top-line-gap/2, sheetInk)
	}
	for i, t := range l.down {
		pen.text(t, gap, top+i*(cell.Y+gap)+cell.Y/2-line/2, sheetInk)
	}
	var first error
	for i, file := range l.cells {
		place := image.Rectangle{Max: cell}.Add(image.Pt(left+gap+i%columns*(cell.X+gap), top+i/columns*(cell.Y+gap)))
		if err := put(img, place, file); err != nil && first == nil {
			first = err
		}
	}
	return img, first
}

// put draws a picture file into the middle of a place.
func put(dst *image.RGBA, place image.Rectangle, file string) error {
	if file == "" {
		draw.Draw(dst, place, image.NewUniform(sheetPlace), image.Point{}, draw.Src)
		return nil
	}
	img, err := disk.ReadPicture(file)
	if err != nil {
		draw.Draw(dst, place, image.NewUniform(sheetPlace), image.Point{}, draw.Src)
		return err
	}
	draw.CatmullRom.Scale(dst, fitInto(img.Rect.Size(), place), img, img.Rect, draw.Src, nil)
	return nil
}

// fitInto is the largest rectangle of a shape in the middle of a place.
func fitInto(shape image.Point, place image.Rectangle) image.Rectangle {
	w, h := place.Dx(), place.Dy()
	if shape.X*h > shape.Y*w {
		h = max(1, w*shape.Y/shape.X)
	} else {
		w = max(1, h*shape.X/shape.Y)
	}
	at := place.Min.Add(image.Pt((place.Dx()-w)/2, (place.Dy()-h)/2))
	return image.Rectangle{at, at.Add(image.Pt(w, h))}
}

// newFace is the window's font, px pixels high.
func newFace(px float64) (font.Face, error) {
	f, err := opentype.Parse(theme.DefaultTextFont().Content())
	if err != nil {
		return nil, fmt.Errorf("the font for labels: %w", err)
	}
	return opentype.NewFace(f, &opentype.FaceOptions{Size: px, DPI: 72, Hinting: font.HintingFull})
}

// pen writes into a picture.
type pen struct {
	img  *image.RGBA
	face font.Face
}

// text writes a line whose top left corner is x, y.
func (p pen) text(s string, x, y int, ink color.Color) {
	d := font.Drawer{Dst: p.img, Src: image.NewUniform(ink), Face: p.face,
		Dot: fixedpoint.P(x, y+p.face.Metrics().Ascent.Ceil())}
	d.DrawString(s)
}

// wrap breaks text at words into at most this many lines; what is left over
// ends with an ellipsis.
func wrap(face font.Face, text string, width, lines int) []string {
	var out []string
	words := strings.Fields(text)
	for len(words) > 0 && len(out) < lines {
		n := 1
		for n < len(words) && font.MeasureString(face, strings.Join(words[:n+1], " ")).Ceil() <= width {
			n++
		}
		if len(out) == lines-1 {
			n = len(words)
		}
		out = append(out, cut(face, strings.Join(words[:n], " "), width))
		words = words[n:]
	}
	return out
}

// cut is text as far as it fits, with an ellipsis where it does not.
func cut(face font.Face, text string, width int) string {
	if font.MeasureString(face, text).Ceil() <= width {
		return text
	}
	r := []rune(text)
	low, high := 0, len(r) // the longest beginning that fits
	for low < high {
		mid := (low + high + 1) / 2
		if font.MeasureString(face, string(r[:mid])+"…").Ceil() <= width {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return strings.TrimRight(string(r[:low]), " ") + "…"
}
