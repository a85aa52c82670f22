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

	"cascata/app/library"
	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/create"
	"cascata/ui/gallery"
	"cascata/ui/menu"
	"cascata/ui/picture"
	"cascata/ui/widgets"
)

// Pictures is the library as a whole: what the view needs, and more.
// *library.Library is one. No method is called on the window's goroutine.
type Pictures interface {
	gallery.Library
	Count() (int, error) // of the pictures that it shows
	Family(id int64) ([]library.Picture, error)
	ByFile(file string) (p library.Picture, ok bool, err error)
	Add(file string) (library.Picture, error)
}

// pictures are what is done with the pictures of the library beyond their view:
// they are found by their files, made again, compared with their families,
// exported and taken in.
type pictures struct {
	lib     Pictures
	folder  func() string // where pictures are saved now
	run     async.Runner
	do      func(func())
	canvas  fyne.Canvas
	trace   func(event string, values ...any)
	host    *host
	thumbs  *async.Thumbs
	form    *create.Form
	jobs    *create.Jobs
	model   *modelChoice
	middle  *middle
	tabs    *tabs
	view    *gallery.View
	details *picture.Details

	chosen async.Newest // of what was chosen in the view
}

// chosenMost bounds how many of the chosen pictures the details look at.
const chosenMost = 2000

// choose shows what is chosen in the details.
func (p *pictures) choose(ids []int64) {
	get := func() ([]library.Picture, error) { return p.lib.Get(ids[:min(len(ids), chosenMost)]...) }
	async.Go(p.chosen.On(p.run), get, func(pics []library.Picture, err error) {
		if err != nil {
			p.host.fail(err)
			return
		}
		p.details.Show(pics...)
	})
}

// chooseAgain shows what is chosen as it is now: it may have other stars, tags
// or no file.
func (p *pictures) chooseAgain() {
	if ids := p.view.Chosen(); len(ids) > 0 && slices.Equal(ids, library.IDs(p.details.Shown())) {
		p.choose(ids)
	}
}

// find is the library's row of a file. Not for the window's goroutine.
func (p *pictures) find(file string) (library.Picture, bool) {
	pic, ok, err := p.lib.ByFile(file)
	return pic, ok && err == nil
}

// copies are the other files of a picture's content. Not for the window's
// goroutine.
func (p *pictures) copies(of library.Picture) []library.Picture {
	copies, err := p.lib.Copies(of.ID)
	if err != nil {
		return nil
	}
	return copies
}

// of gives then what the library knows of the files of jobs. What it does not
// have yet has no ID.
func (p *pictures) of(jobs []studio.Job, then func(pics []library.Picture)) {
	var pics []library.Picture
	p.run(func() {
		for _, j := range jobs {
			if j.File == "" {
				continue
			}
			pic, ok := p.find(j.File)
			if !ok {
				r := j.Recipe
				size := r.Size()
				pic = library.Picture{File: j.File, Width: size.Width, Height: size.Height, Program: meta.Cascata, Prompt: r.Title(), Draft: r.Draft}
			}
			pics = append(pics, pic)
		}
	}, func() { then(pics) })
}

// beside gives then the picture that lies beside the one in the middle of Create.
func (p *pictures) beside(then func(library.Picture)) {
	if j, ok := p.middle.beside(); ok {
		p.of([]studio.Job{j}, func(pics []library.Picture) { then(pics[0]) })
		return
	}
	p.view.Tell(lang.X("compare.none", "There is no other picture in the strip to compare it with."), "", nil)
}

// marks says in Create how a file is marked in the library.
func (p *pictures) marks(file string) {
	var pic library.Picture
	p.run(func() { pic, _ = p.find(file) }, func() { p.middle.stage.SetMarks(file, pic.Stars, pic.Favourite) })
}

// showFile shows the recipe of any picture file.
func (p *pictures) showFile(path string) {
	p.tabs.goTo(tabLibrary)
	p.details.ShowFile(path)
	p.trace("file", "path", path)
}

// Add implements menu.PictureActions: it takes a file's folder into the library.
// A picture from the clipboard lies in a folder that is nobody's: it is copied
// into the picture folder instead.
func (p *pictures) Add(file string) {
	dir := filepath.Dir(file)
	if dir == filepath.Clean(os.TempDir()) {
		p.keep(file)
		return
	}
	gallery.ShowImport(p.canvas, p.importParams(), dir)
}

// keep copies a file into the picture folder.
func (p *pictures) keep(file string) {
	dir := p.folder()
	async.Go(p.run, func() (string, error) {
		kept, err := library.CopyPicture(dir, file)
		if err == nil {
			_, err = p.lib.Rescan(context.Background(), nil)
		}
		return kept, err
	}, func(kept string, err error) {
		if err != nil {
			p.host.fail(err)
			return
		}
		p.view.Changed()
		p.showFile(kept)
		p.host.toasts.Say(lang.X("add.copied", "The picture was copied into the picture folder."), "", nil)
	})
}

// importFolder asks for a folder and takes it into the library.
func (p *pictures) importFolder() { gallery.Import(p.canvas, p.importParams()) }

func (p *pictures) importParams() gallery.ImportParams {
	return gallery.ImportParams{
		Run: p.run, Do: p.do, Folder: p.host.picker().Folder, AddFolder: p.lib.AddFolder, Rescan: p.lib.Rescan,
		OnDone: func(library.Scan) { p.view.Changed() },
		OnShow: func(dir string) {
			p.tabs.goTo(tabLibrary)
			p.view.Finder.Set(library.Query{Folder: dir})
			p.view.Focus()
		},
	}
}

// again asks for something with the recipe of a picture of ours, and shows in
// Create how it forms.
func (p *pictures) again(pic library.Picture, ask func(recipe.Recipe) []studio.Job) {
	async.Go(p.run, func() (recipe.Embedded, error) { return recipe.ReadEmbedded(pic.File) }, func(m recipe.Embedded, err error) {
		if err != nil {
			p.host.fail(err)
			return
		}
		m.Extras = recipe.Recall(pic.File, m.Extras)
		if p.view.Uncover() && ask(m.Recipe) != nil {
			p.tabs.goTo(tabCreate)
			p.middle.stage.Follow()
		}
	})
}

// ShowFamily implements menu.PictureActions.
func (p *pictures) ShowFamily(of library.Picture) {
	picture.ShowFamily(p.canvas, picture.FamilyParams{
		Run: p.run, Family: func() ([]library.Picture, error) { return p.lib.Family(of.ID) }, Read: meta.Read,
		Thumb: func(pic library.Picture, then func(*image.RGBA)) (cancel func()) {
			return p.thumbs.Picture(pic, p.lib.Thumb, then)
		},
		OnOpen:    func(pic library.Picture) { p.view.ShowPicture(pic.ID) },
		OnCompare: p.view.Compare,
	})
}

// Export implements menu.PictureActions.
func (p *pictures) Export(pics ...library.Picture) {
	if len(pics) == 0 {
		return
	}
	files := make([]string, len(pics))
	for i, pic := range pics {
		files[i] = pic.File
	}
	picture.ShowExport(p.canvas, picture.ExportParams{
		Run: p.run, Do: p.do, Files: files, Width: pics[0].Width, Into: exportFolder(p.folder()),
		Folder: p.host.picker().Folder, Export: meta.Export,
		OnDone: func(written []string, err error) {
			if err != nil {
				p.host.fail(err)
			}
			if len(written) > 0 {
				text := lang.XN("exported", "{{.Count}} pictures were exported.", len(written), map[string]any{"Count": len(written)})
				p.host.toasts.Say(text, lang.X("reveal", "Show in folder"), func() { p.host.reveal(written[0]) })
			}
		},
	})
}

// exportFolder is proposed for what is exported: beside the pictures, since
// what lies among them is in the library.
func exportFolder(pictures string) string { return filepath.Clean(pictures) + " Export" }

// sweep asks for a picture with other values.
func (p *pictures) sweep(s picture.SweepParams) {
	s.Estimate = p.jobs.Studio.Estimate
	s.Styles, s.Sizes = p.form.Styles(), recipe.Sizes(p.model.info.Width, p.model.info.Height)
	s.OnMake = func(jobs []studio.Job) {
		if added := p.jobs.Add(jobs, false); added != nil {
			p.tabs.goTo(tabCreate)
			p.middle.openSweep(added)
		}
	}
	picture.ShowSweep(p.canvas, s)
}

// saveSweep saves the sheet of a sweep as a picture.
func (p *pictures) saveSweep(sheet picture.ContactSheet) {
	file := filepath.Join(p.folder(), time.Now().Format("2006-01-02 15.04.05")+" sheet.png")
	async.Try(p.run, func() error { return picture.SaveSheet(sheet, file) }, func(err error) {
		if err != nil {
			p.host.fail(err)
			return
		}
		p.host.toasts.Say(lang.X("sheet.saved", "The sheet is saved as {{.File}}.", map[string]any{"File": filepath.Base(file)}),
			lang.X("reveal", "Show in folder"), func() { p.host.reveal(file) })
	})
}

// act does an action with pictures, or says that it cannot be done.
func (p *pictures) act(a menu.Action, pics []library.Picture) {
	if a.Possible(pics) {
		a.With(pics)
		return
	}
	p.cannot(a, pics)
}

func (p *pictures) cannot(a menu.Action, pics []library.Picture) {
	p.view.Tell(menu.CannotText(a, pics), "", nil)
}

// pointed gives then the pictures that an action means: the one in the
// lightbox, those compared, those chosen in the library, the drafts that are
// ticked, or the one in the middle of Create. There may be none.
func (p *pictures) pointed(then func(pics []library.Picture)) {
	switch {
	case p.tabs.at == tabLibrary || p.view.Covers():
		if ids := p.view.Pointed(); len(ids) > 0 {
			p.view.Changes.With(ids, then)
			return
		}
		then(nil)
	case p.middle.sheetOpen():
		p.of(p.middle.sheet.Ticked(), then)
	default:
		p.of([]studio.Job{p.middle.shown()}, then)
	}
}

// remove is Delete: what runs or waits is cancelled, a picture goes to the
// trash as in the library, and what has no file leaves the list. All of it can
// be taken back.
func (p *pictures) remove(j studio.Job) {
	switch {
	case !j.State.Over():
		p.jobs.Cancel(j.ID)
	case j.File == "":
		p.jobs.Forget(j.ID)
	default:
		trash, _ := menu.ActionOf(p.view.Actions.All(), fyne.KeyDelete)
		p.of([]studio.Job{j}, func(pics []library.Picture) { p.act(trash, pics) })
	}
}

// marksMenu opens the marks of the picture in the middle of Create.
func (p *pictures) marksMenu(at fyne.Position) {
	p.of([]studio.Job{p.middle.stage.Shown()}, func(pics []library.Picture) {
		marks := append(p.view.Actions.Stars(), p.view.Actions.Favourite())
		if items := menu.Lines(marks, pics); len(items) > 0 {
			menu.PopupMenu(p.canvas, at, items)
		}
	})
}

// search goes to the library, from wherever, and gives its search the keyboard.
// Over a dialog or a menu it does nothing.
func (p *pictures) search() {
	if p.view.Uncover() {
		p.tabs.goTo(tabLibrary)
		p.view.FocusSearch()
	}
}

// leave goes from the library to Create.
func (p *pictures) leave() {
	if p.view.Uncover() {
		p.tabs.goTo(tabCreate)
	}
}

// zoom does something with the pictures that are seen.
func (p *pictures) zoom(f func(*widgets.Viewer)) func() {
	return func() {
		switch v := p.view; {
		case v.Box.Over.Open():
			f(v.Box.Viewer)
			v.Box.Say()
		case v.Comparison.Over.Open():
			v.Comparison.Zoom(f)
		default:
			f(p.middle.viewer())
		}
	}
}

// toggleScreen fills the screen with the lightbox, where that is open, else with
// the window, or takes that back.
func (p *pictures) toggleScreen() {
	if p.view.Box.Over.Open() {
		p.view.Box.ToggleScreen()
		return
	}
	win := p.host.win
	win.SetFullScreen(!win.FullScreen())
}
