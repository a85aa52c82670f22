package gallery

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app/library"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// ImportParams are what an import needs. AddFolder and Rescan are called off
// the window's goroutine.
type ImportParams struct {
	Run       async.Runner
	Do        func(func())                                                       // fyne.Do
	Folder    func(title string, then func(path string))                         // asks for a folder
	AddFolder func(dir string) error                                             // Library.AddFolder
	Rescan    func(context.Context, func(done, total int)) (library.Scan, error) // Library.Rescan
	OnDone    func(library.Scan)
	OnShow    func(dir string) // the pictures of the folder are to be seen; nil: that is not offered
}

// An ImportDialog takes a folder of pictures into the library, where they
// stay, and shows how far it is. Closing it ends the first look; the folder
// stays in the library and is looked at again at the next start.
type ImportDialog struct {
	p      ImportParams
	dialog *widgets.Dialog
	bar    *widgets.Bar
	note   *widgets.Paragraph
	unread *widgets.Paragraph // the files that could not be read
	button *widgets.Button
	show   *widgets.Button
	row    *fyne.Container
	column *fyne.Container
	cancel context.CancelFunc
	at     *async.Latest[[2]int]
}

// Import asks for a folder and takes it into the library.
func Import(c fyne.Canvas, p ImportParams) {
	p.Folder(lang.X("import.folder", "A folder of pictures"), func(dir string) { ShowImport(c, p, dir) })
}

// ShowImport takes a folder into the library.
func ShowImport(c fyne.Canvas, p ImportParams, dir string) *ImportDialog {
	d := &ImportDialog{p: p, bar: widgets.NewBar(1)}
	d.at = &async.Latest[[2]int]{Do: p.Do, Show: d.progress, Every: async.Frame}
	d.note = widgets.NewParagraph(lang.X("import.looking", "Looking for pictures…"), look.SizeSmall, true)
	d.button = widgets.NewButton(lang.X("cancel", "Cancel"), func() { d.dialog.Close() })
	where := widgets.NewParagraph(dir, look.SizeSmall, false).Selectable()
	about := widgets.NewParagraph(lang.X("import.about", "The pictures stay where they are. The library reads their recipes and follows changes in the folder."), look.SizeSmall, true)
	d.unread = widgets.NewParagraph("", look.SizeSmall, false).Selectable()
	d.unread.Hide()
	d.show = widgets.NewMainButton(lang.X("import.show", "Show its pictures"), func() {
		d.dialog.Close()
		widgets.Call1(p.OnShow, dir)
	})
	d.show.Hide()
	d.row = widgets.Row(8, layout.NewSpacer(), d.button, d.show)
	d.column = widgets.Column(10, about, where, widgets.Height(8, d.bar), d.note, d.unread, d.row)
	content := d.column
	d.dialog = widgets.NewDialog(lang.X("import.title", "Add a folder"), content)
	ctx, cancel := context.WithCancel(context.Background())
	d.cancel = cancel
	d.dialog.OnClosed = cancel
	d.dialog.SetWidth(480).SetFirst(d.button).Show(c)
	var scan library.Scan
	var err error
	p.Run(func() {
		if err = p.AddFolder(dir); err == nil {
			scan, err = p.Rescan(ctx, func(done, total int) { d.at.Set([2]int{done, total}) })
		}
	}, func() { d.end(scan, err) })
	return d
}

func (d *ImportDialog) progress(at [2]int) {
	done, total := at[0], at[1]
	if total < 1 || d.button.Title() == lang.X("close", "Close") {
		return
	}
	d.bar.Set(0, float32(done)/float32(total))
	d.note.SetText(lang.X("import.progress", "{{.Done}} of {{.Total}} files", map[string]any{"Done": numbers.Grouped(done), "Total": numbers.Grouped(total)}))
}

// end says what was found, or why it failed.
func (d *ImportDialog) end(scan library.Scan, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	d.button.SetTitle(lang.X("close", "Close"))
	if err != nil {
		d.note.SetText(format.Joined(format.Explain(err), err.Error()))
		return
	}
	d.bar.Set(0, 1)
	d.note.SetText(scanText(scan))
	if scan.Unread != "" {
		d.unread.SetText(lang.X("import.unread", "Not read: {{.Files}}", map[string]any{"Files": strings.TrimSpace(scan.Unread)}))
		d.unread.Show()
	}
	if d.p.OnShow != nil {
		d.show.Show()
	}
	d.column.Refresh()
	d.dialog.Fit()
	widgets.Call1(d.p.OnDone, scan)
}

// scanText says what a look through the folders found.
func scanText(s library.Scan) string {
	text := lang.XN("scan.added", "{{.N}} new pictures", s.Added, map[string]any{"N": numbers.Grouped(s.Added)})
	add := func(n int, t string) {
		if n > 0 {
			text = format.Joined(text, t)
		}
	}
	add(s.Copies, lang.XN("scan.copies", "{{.N}} of them were there already, as copies", s.Copies, map[string]any{"N": numbers.Grouped(s.Copies)}))
	add(s.Changed, lang.XN("scan.changed", "{{.N}} changed", s.Changed, map[string]any{"N": numbers.Grouped(s.Changed)}))
	add(s.Moved, lang.XN("scan.moved", "{{.N}} moved", s.Moved, map[string]any{"N": numbers.Grouped(s.Moved)}))
	add(s.Missing, lang.XN("scan.missing", "{{.N}} are gone", s.Missing, map[string]any{"N": numbers.Grouped(s.Missing)}))
	add(s.Failed, lang.XN("scan.failed", "{{.N}} could not be read", s.Failed, map[string]any{"N": numbers.Grouped(s.Failed)}))
	return text
}
