package picture

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/meta"
	"cascata/ui/async"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// ExportParams are what an export needs.
type ExportParams struct {
	Run    async.Runner
	Do     func(func())                                      // fyne.Do
	Files  []string                                          // pictures
	Width  int                                               // of the first in pixels; 0: not known
	Into   string                                            // the folder that is proposed
	Folder func(title string, then func(path string))        // asks for a folder
	Export func(dst, src string, o meta.ExportOptions) error // meta.Export; not on the window's goroutine

	OnDone func(files []string, err error) // what was written, and the first error
}

// An ExportDialog asks in which form pictures are given away.
type ExportDialog struct {
	p      ExportParams
	dialog *widgets.Dialog

	format         *widgets.Choice
	quality, print *widgets.Number
	strip          *widgets.Check
	folder         *widgets.Text
	about          *widgets.Paragraph
	dpi            *widgets.Text
	rows           *fyne.Container
}

var formats = []meta.Format{meta.PNG, meta.JPEG, meta.WebP}

// ShowExport opens the dialog over a window.
func ShowExport(c fyne.Canvas, p ExportParams) *ExportDialog {
	d := &ExportDialog{p: p, folder: widgets.NewText(p.Into).Shrink(), dpi: widgets.NewDim("").Shrink()}
	d.format = widgets.NewChoice(func(int) { d.say() }, "PNG", "JPEG", "WebP")
	d.format.Choose(0)
	d.quality = widgets.NewNumber(lang.X("export.quality", "Quality"), widgets.Span{Min: 10, Max: 100, Step: 1, Default: 90})
	d.print = widgets.NewNumber(lang.X("export.print", "Print, cm"), widgets.Span{Min: 0, Max: 100, Step: 0.5, Off: lang.X("off", "off")})
	d.print.SetTip(lang.X("export.print.tip", "How wide it is when printed; the pixels stay as they are"))
	d.print.OnChanged = func(float64) { d.say() }
	d.strip = widgets.NewCheck(lang.X("export.strip", "Without recipe: no prompt, no settings, no mark"), func(bool) { d.say() })
	d.about = widgets.NewParagraph("", look.SizeSmall, true)
	choose := widgets.NewButton(lang.X("prefs.choose", "Choose…"), func() {
		p.Folder(lang.X("export.folder.title", "A folder to export into"), func(path string) {
			d.p.Into = path
			d.folder.SetText(path)
		})
	})
	d.rows = widgets.Column(8,
		widgets.Named(lang.X("export.format", "Format"), d.format), d.quality, d.print, d.dpi, d.strip, d.about,
		widgets.Heading(lang.X("export.folder", "Into the folder"), ""),
		container.NewBorder(nil, nil, nil, choose, d.folder))
	n := len(p.Files)
	d.dialog = widgets.NewDialog(lang.XN("export.title", "Export {{.N}} pictures", n, map[string]any{"N": numbers.Grouped(n)}), d.rows,
		widgets.Action{Text: lang.X("cancel", "Cancel")},
		widgets.Action{Text: lang.X("export.do", "Export"), Main: true, Do: d.start})
	d.dialog.SetWidth(500)
	d.say()
	d.dialog.Show(c)
	return d
}

// options are what is chosen.
func (d *ExportDialog) options() meta.ExportOptions {
	return meta.ExportOptions{Format: formats[d.format.Chosen()], Quality: int(d.quality.Value()), Strip: d.strip.Ticked(), PrintWidthCM: d.print.Value()}
}

// say says what the choice means.
func (d *ExportDialog) say() {
	o := d.options()
	widgets.Enable(d.quality, o.Format == meta.JPEG)
	dpi := ""
	if o.PrintWidthCM > 0 && d.p.Width > 0 {
		dpi = lang.X("export.dpi", "{{.N}} dots per inch", map[string]any{"N": numbers.Fixed(float64(d.p.Width)/(o.PrintWidthCM/2.54), 0)})
	}
	d.dpi.SetText(dpi)
	widgets.SetVisible(d.dpi, dpi != "")
	switch {
	case o.Strip:
		d.about.SetText(lang.X("export.stripped", "Nobody can read from the file how it was made, nor develop it again."))
	case o.Format == meta.PNG:
		d.about.SetText(lang.X("export.png", "The file itself, with its recipe, and its composition where it has one."))
	case o.Format == meta.JPEG:
		d.about.SetText(lang.X("export.jpeg", "Small, with its recipe, without its composition."))
	default:
		d.about.SetText(lang.X("export.webp", "Without loss, with its recipe, without its composition."))
	}
	d.rows.Refresh()
}

func (d *ExportDialog) start() {
	o, dir, files := d.options(), d.p.Into, d.p.Files
	var written []string
	var first error
	d.p.Run(func() { written, first = exportAll(d.p.Export, dir, files, o) }, func() {
		if d.p.OnDone != nil {
			d.p.OnDone(written, first)
		}
	})
}

// exportAll writes each picture into a folder under a name that no other file
// has, and goes on after an error, of which it returns the first.
func exportAll(export func(dst, src string, o meta.ExportOptions) error, dir string, files []string, o meta.ExportOptions) (written []string, first error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for _, src := range files {
		dst, err := freeName(dir, src, o.Format)
		if err == nil {
			err = export(dst, src, o)
		}
		if err == nil {
			written = append(written, dst)
		} else if first == nil {
			first = err
		}
	}
	return written, first
}

// freeName is a name for a picture that is not taken: its own, or with a
// number behind.
func freeName(dir, src string, f meta.Format) (string, error) {
	ext := map[meta.Format]string{meta.PNG: ".png", meta.JPEG: ".jpg", meta.WebP: ".webp"}[f]
	base := strings.TrimSuffix(filepath.Base(src), filepath.Ext(src))
	for n := 1; n < 100_000; n++ {
		name := base + ext
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", base, n, ext)
		}
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return path, nil
		} else if err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("%s has too many files like %s; choose another folder", dir, base+ext)
}
