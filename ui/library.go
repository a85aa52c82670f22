package ui

import (
	"context"
	"image"
	"os"
	"path/filepath"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/library"
	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/gallery"
	"cascata/ui/picture"
	"cascata/ui/widgets"
)

// Pictures is the library as a whole: what the view needs, and more.
// *library.Library is one. No method is called on the window's goroutine.
type Pictures interface {
	gallery.Library
	Family(id int64) ([]library.Picture, error)
	ByFile(file string) (p library.Picture, ok bool, err error)
	Add(file string) (library.Picture, error)
}

// The places of the window, by their tabs.
const (
	placeCreate = iota
	placeLibrary
)

// makeLibrary makes the Library tab and connects it with the rest.
func (w *Window) makeLibrary(s app.Window) {
	canvas := w.win.Canvas()
	w.details = picture.NewDetails(picture.DetailsParams{Run: w.p.Run, Read: meta.Read, Undo: &w.undo, Find: w.findPicture, Copies: w.copiesOf})
	w.library = gallery.New(gallery.Params{
		Library: w.p.Library, Thumbs: w.thumbs, Run: w.p.Run, Canvas: canvas,
		Say: w.toasts.Say, Fail: w.fail, FullScreen: w.win.SetFullScreen,
		Details: w.details.Content, Side: s.PictureSide, Do: w.p.Do, Later: w.p.Later, Undo: &w.undo, Trace: w.p.Trace,
	})
	v := w.library
	v.SetWidths(s.PlacesWidth, s.DetailsWidth)
	v.OnLayout = w.saveWindow
	v.OnStatus = func(left, keys string) { w.p.Trace("status", "text", left) }
	v.OnChoose = w.choosePictures
	v.OnCreate = func() { w.goTo(placeCreate) }
	v.OnImport = w.importFolder
	v.OnReveal, v.OnCopyPicture, v.OnCopyText = w.reveal, w.copyPicture, w.copyText
	v.OnUse, v.OnSweep = w.details.UsePicture, w.details.Sweep
	v.OnSeed, v.OnAgain = func(p library.Picture) { w.useSeed(p.Seed) }, w.makeAgain
	v.OnRedevelop, v.OnFamily = w.developPicture, w.showFamily
	v.OnBeside = w.beside
	v.OnFunctionKey = func(key fyne.KeyName) { w.functionKey(key) }
	v.OnExport = func(pics []library.Picture) { w.export(pics...) }

	d := w.details
	var note func() // takes away the note of what was taken last
	d.OnUse = func(s recipe.Sketch, undo func()) {
		w.setSketch(s)
		widgets.Call(note)
		if note = nil; undo != nil {
			note = w.say(lang.X("taken", "Taken into the controls."), lang.X("undo", "Undo"), undo)
		}
	}
	d.OnModel = func(name string) { w.tryModel([]string{name}) }
	d.OnOpen = func(p library.Picture) { v.Open(p.ID) }
	d.OnDevelop, d.OnFamily = w.developPicture, w.showFamily
	d.OnCompare = func(p ...library.Picture) { v.Compare(library.IDs(p)...) }
	d.OnSweep = w.sweep
	d.OnExport = w.export
	d.OnAlbums = func(p ...library.Picture) { v.Albums(library.IDs(p)...) }
	d.OnStars = func(n int, p ...library.Picture) { v.SetStars(n, library.IDs(p)...) }
	d.OnFavourite = func(yes bool, p ...library.Picture) { v.SetFavourite(yes, library.IDs(p)...) }
	d.OnTag = func(tag string, on bool, p ...library.Picture) { v.Tag(tag, on, library.IDs(p)...) }
	d.OnDelete = func(p ...library.Picture) { v.Trash(library.IDs(p)...) }
	d.OnAdd = w.addPicture
	d.OnCopyText, d.OnReveal, d.OnMenu = w.copyText, w.reveal, v.MenuFor
	d.SetSketch(w.controls.Sketch())

	w.sweeps = picture.NewSweepSheet(w.p.Run, w.thumbs)
	w.sweeps.OnOpen = w.enlargeSwept
	w.sweeps.OnBack = w.hideSweep
	w.sweeps.OnUse = func(j studio.Job) { w.useRecipe(j.Recipe) }
	w.sweeps.OnExport = w.saveSweep
}

// say shows a short message where it is seen: over the lightbox, too.
func (w *Window) say(text, action string, do func()) (gone func()) {
	if b := w.library.Box; b.Over.Open() {
		return b.Toasts.Say(text, action, do)
	}
	return w.toasts.Say(text, action, do)
}

// goTo shows one of the places of the window.
func (w *Window) goTo(place int) {
	if place != w.place {
		w.tabs.Choose(place)
		w.showPlace(place)
	}
}

func (w *Window) showPlace(place int) {
	w.place = place
	library := place == placeLibrary
	c := w.win.Canvas()
	if library {
		w.typing = c.Focused()
		w.panes.Hide()
		w.library.Content.Show()
	} else {
		w.library.Content.Hide()
		w.panes.Show()
	}
	w.library.SetShown(library)
	w.places.Refresh()
	switch {
	case library:
		w.library.Focus()
	case w.typing != nil:
		c.Focus(w.typing)
	default:
		c.Focus(w.stage.Viewer)
	}
	w.p.Trace("place", "library", library)
}

// searchLibrary goes to the library, from wherever, and gives its search the
// keyboard. Over a dialog or a menu it does nothing.
func (w *Window) searchLibrary() {
	if !w.library.Uncover() {
		return
	}
	w.goTo(placeLibrary)
	w.library.FocusSearch()
}

// LibraryChanged says that the library is another now. It may be called from
// any goroutine.
func (w *Window) LibraryChanged() {
	w.p.Do(func() {
		w.library.Changed()
		w.stage.AskMarks(true)
		w.lookForFiles()
		// What is on show may have other stars, tags or no file now.
		if ids := w.library.Chosen(); len(ids) > 0 && slices.Equal(ids, library.IDs(w.details.Shown())) {
			w.choosePictures(ids)
		}
	})
}

// choosePictures shows what is chosen in the details.
func (w *Window) choosePictures(ids []int64) {
	get := func() ([]library.Picture, error) { return w.p.Library.Get(ids[:min(len(ids), chosenMost)]...) }
	async.Go(w.chosen.On(w.p.Run), get, func(pictures []library.Picture, err error) {
		if err != nil {
			w.fail(err)
			return
		}
		w.details.Show(pictures...)
	})
}

// chosenMost bounds how many of the chosen pictures the details look at.
const chosenMost = 2000

// findPicture is the library's row of a file. Not for the window's goroutine.
func (w *Window) findPicture(file string) (library.Picture, bool) {
	p, ok, err := w.p.Library.ByFile(file)
	return p, ok && err == nil
}

// copiesOf are the other files of a picture's content. Not for the window's
// goroutine.
func (w *Window) copiesOf(p library.Picture) []library.Picture {
	copies, err := w.p.Library.Copies(p.ID)
	if err != nil {
		return nil
	}
	return copies
}

// showFile shows the recipe of any picture file.
func (w *Window) showFile(path string) {
	w.goTo(placeLibrary)
	w.details.ShowFile(path)
	w.p.Trace("file", "path", path)
}

// addPicture takes a file's folder into the library. A picture from the
// clipboard lies in a folder that is nobody's: it is copied into the picture
// folder instead.
func (w *Window) addPicture(file string) {
	dir := filepath.Dir(file)
	if dir == filepath.Clean(os.TempDir()) {
		w.keepPicture(file)
		return
	}
	gallery.ShowImport(w.win.Canvas(), w.importParams(), dir)
}

func (w *Window) keepPicture(file string) {
	dir := w.p.Pictures()
	var kept string
	var err error
	w.p.Run(func() {
		if kept, err = library.CopyPicture(dir, file); err == nil {
			_, err = w.p.Library.Rescan(context.Background(), nil)
		}
	}, func() {
		if err != nil {
			w.fail(err)
			return
		}
		w.library.Changed()
		w.showFile(kept)
		w.toasts.Say(lang.X("add.copied", "The picture was copied into the picture folder."), "", nil)
	})
}

func (w *Window) importFolder() { gallery.Import(w.win.Canvas(), w.importParams()) }

func (w *Window) importParams() gallery.ImportParams {
	return gallery.ImportParams{
		Run: w.p.Run, Do: w.p.Do, Folder: w.picker().Folder, AddFolder: w.p.Library.AddFolder, Rescan: w.p.Library.Rescan,
		OnDone: func(library.Scan) { w.library.Changed() },
		OnShow: func(dir string) {
			w.goTo(placeLibrary)
			w.library.SetQuery(library.Query{Folder: dir})
			w.library.Focus()
		},
	}
}

// developPicture makes the detail of a picture of ours again.
func (w *Window) developPicture(p library.Picture) {
	var m recipe.Embedded
	var err error
	w.p.Run(func() { m, err = recipe.ReadEmbedded(p.File) }, func() {
		if err != nil {
			w.fail(err)
			return
		}
		if w.library.Uncover() {
			w.goTo(placeCreate)
			w.develop(m.Recipe, p.File)
		}
	})
}

// makeAgain makes a picture of ours as it was asked for.
func (w *Window) makeAgain(p library.Picture) {
	var m recipe.Embedded
	var err error
	w.p.Run(func() { m, err = recipe.ReadEmbedded(p.File) }, func() {
		if err != nil {
			w.fail(err)
			return
		}
		if w.library.Uncover() && w.add([]studio.Job{{Recipe: m.Recipe}}, false) != nil {
			w.goTo(placeCreate)
			w.stage.Follow()
		}
	})
}

func (w *Window) showFamily(p library.Picture) {
	picture.ShowFamily(w.win.Canvas(), picture.FamilyParams{
		Run: w.p.Run, Family: func() ([]library.Picture, error) { return w.p.Library.Family(p.ID) }, Read: meta.Read,
		Thumb: func(p library.Picture, then func(*image.RGBA)) (cancel func()) {
			return w.thumbs.Picture(p, w.p.Library.Thumb, then)
		},
		OnOpen:    func(p library.Picture) { w.library.ShowPicture(p.ID) },
		OnCompare: func(p ...library.Picture) { w.library.Compare(library.IDs(p)...) },
	})
}

func (w *Window) export(pictures ...library.Picture) {
	if len(pictures) == 0 {
		return
	}
	files := make([]string, len(pictures))
	for i, p := range pictures {
		files[i] = p.File
	}
	picture.ShowExport(w.win.Canvas(), picture.ExportParams{
		Run: w.p.Run, Do: w.p.Do, Files: files, Width: pictures[0].Width, Into: exportFolder(w.p.Pictures()),
		Folder: w.picker().Folder, Export: meta.Export,
		OnDone: func(written []string, err error) {
			if err != nil {
				w.fail(err)
			}
			if len(written) > 0 {
				text := lang.XN("exported", "{{.Count}} pictures were exported.", len(written), map[string]any{"Count": len(written)})
				w.toasts.Say(text, lang.X("reveal", "Show in folder"), func() { w.reveal(written[0]) })
			}
		},
	})
}

// exportFolder is proposed for what is exported: beside the pictures, since
// what lies among them is in the library.
func exportFolder(pictures string) string { return filepath.Clean(pictures) + " Export" }

// sweep asks for a picture with other values.
func (w *Window) sweep(p picture.SweepParams) {
	p.Estimate = w.studio.Estimate
	p.Styles, p.Sizes = styles(w.p.Settings.Get()), recipe.Sizes(w.model.Width, w.model.Height)
	p.OnMake = func(jobs []studio.Job) {
		added := w.add(jobs, false)
		if added == nil {
			return
		}
		w.goTo(placeCreate)
		w.leaveSheet()
		w.swept = added[0].Group
		w.showSweep(added)
		w.sweeps.Focus(added[0].ID)
	}
	picture.ShowSweep(w.win.Canvas(), p)
}

func (w *Window) showSweep(jobs []studio.Job) {
	if len(jobs) == 0 || !w.sweeps.Show(jobs) {
		return
	}
	if !w.sweeps.Content.Visible() {
		w.front(w.sweeps.Content, w.sweeps.First())
	}
}

// enlargeSwept shows one picture of the sweep large.
func (w *Window) enlargeSwept(j studio.Job) {
	group := w.swept
	w.enlarge(j, sheetView{
		jobs: func() []studio.Job { return studio.JobsOf(w.queue, group) },
		back: func(shown int64) {
			w.swept = group
			w.showSweep(studio.JobsOf(w.queue, group))
			w.sweeps.Focus(shown)
		},
	})
}

func (w *Window) hideSweep() {
	w.swept = 0
	w.leaveSheet()
	w.toStage()
}

func (w *Window) saveSweep(l picture.ContactSheet) {
	file := filepath.Join(w.p.Pictures(), time.Now().Format("2006-01-02 15.04.05")+" sheet.png")
	var err error
	w.p.Run(func() { err = picture.SaveSheet(l, file) }, func() {
		if err != nil {
			w.fail(err)
			return
		}
		w.toasts.Say(lang.X("sheet.saved", "The sheet is saved as {{.File}}.", map[string]any{"File": filepath.Base(file)}), lang.X("reveal", "Show in folder"), func() { w.reveal(file) })
	})
}
