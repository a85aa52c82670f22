package gallery

import (
	"image"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app/disk"
	"cascata/app/library"
	"cascata/app/meta"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/menu"
	"cascata/ui/numbers"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// A Compare shows two to four pictures side by side, or two with a line to
// wipe from one to the other. They are zoomed and moved together.
type Compare struct {
	Content fyne.CanvasObject
	OnClose func()                                    // nil: there is nothing to close
	OnKey   func(key fyne.KeyName)                    // a key that it has no use for
	OnMark  func(key fyne.KeyName, ids ...int64) bool // a key alone that may mark pictures, as in the grid
	Toasts  *widgets.Toasts                           // what is said of the pictures

	run     async.Runner
	Over    widgets.Overlay
	pics    []library.Picture
	infos   []*meta.Info // what their files say; nil until that is read
	viewers []*widgets.Viewer
	set     async.Newest // of what was to be shown
	ways    *widgets.Choice
	percent *widgets.Text
	title   *widgets.Text
	middle  *fyne.Container
	wipe    *widgets.Wipe
	end     *widgets.Button
	message *widgets.Message
}

// newCompare shows nothing yet.
func newCompare(run async.Runner, do func(func())) *Compare {
	c := &Compare{run: run, Toasts: widgets.NewToasts(do), title: widgets.NewTitle(lang.X("compare.title", "Compare")), percent: widgets.NewDim("").Right()}
	c.ways = widgets.NewChoice(func(int) { c.arrange() }, lang.X("compare.side", "Side by side"), lang.X("compare.wipe", "Wipe"))
	c.ways.Choose(0)
	c.end = widgets.NewIconButton(look.IconClose, lang.X("lightbox.close", "Close (Esc)"), func() { widgets.Call(c.OnClose) })
	c.message = widgets.NewMessage()
	c.message.Set(lang.X("compare.empty", "Nothing to compare yet"), lang.X("library.compare.few", "Select two to four pictures to compare."), "")
	c.middle = container.NewStack(c.message)
	bar := widgets.Panel(widgets.Bottom, widgets.Pad(12, 5, widgets.Row(8, c.title, widgets.Gap(8, 1), widgets.Width(220, c.ways), layout.NewSpacer(),
		widgets.Width(60, c.percent),
		widgets.NewIconButton(look.IconZoomOut, lang.X("lightbox.smaller", "Smaller (−)"), func() { c.Zoom((*widgets.Viewer).ZoomOut) }),
		widgets.NewIconButton(look.IconZoomIn, lang.X("lightbox.larger", "Larger (+)"), func() { c.Zoom((*widgets.Viewer).ZoomIn) }),
		widgets.NewIconButton(look.IconFit, lang.X("lightbox.fit", "Whole picture, or 100 % (Z)"), c.toggleZoom), c.end)))
	c.Content = container.NewStack(widgets.Frame(bar, nil, nil, nil, c.middle), c.Toasts)
	c.arrange()
	return c
}

// Set shows other pictures: two to four.
func (c *Compare) Set(pics []library.Picture) {
	c.pics, c.viewers = slices.Clone(pics[:min(len(pics), compareMost)]), nil
	c.infos = make([]*meta.Info, len(c.pics))
	for range c.pics {
		c.viewers = append(c.viewers, c.newViewer())
	}
	c.arrange()
	c.read(0, c.set.Next())
}

// showOver opens the view over the whole window.
func (c *Compare) showOver(canvas fyne.Canvas) {
	if len(c.viewers) == 0 {
		return
	}
	focused := canvas.Focused()
	c.OnClose = c.Over.Close
	c.Over = widgets.Overlay{Content: c.Content, Key: c.key, Rune: c.rune, Closed: func() {
		c.Set(nil) // they are large
		c.OnClose = nil
		canvas.Focus(focused)
	}}
	c.arrange()
	c.Over.Show(canvas, c.viewers[0])
}

func (c *Compare) newViewer() *widgets.Viewer {
	v := widgets.NewViewer(c.run)
	v.Bare = true
	v.OnView = func(w widgets.View) {
		for _, o := range c.viewers {
			if o != v {
				o.SetView(w)
			}
		}
		c.say(v)
	}
	v.OnKey = c.key
	v.OnRune = c.rune
	return v
}

// rune implements TypedRune: how the pictures are seen, or marks for all of them.
func (c *Compare) rune(r rune) bool {
	switch menu.RuneKey(r) {
	case fyne.KeyZ:
		c.toggleZoom()
	case fyne.KeyW:
		c.ToggleWay()
	default:
		return c.Over.Open() && c.OnMark != nil && c.OnMark(menu.RuneKey(r), library.IDs(c.pics)...)
	}
	return true
}

// put shows a picture that was marked.
func (c *Compare) put(p library.Picture) {
	if i := slices.IndexFunc(c.pics, func(q library.Picture) bool { return q.ID == p.ID }); i >= 0 && p.ID != 0 {
		c.pics[i] = p
		c.arrange()
	}
}

// read reads the pictures one after another, as long as they are the newest.
func (c *Compare) read(i int, newest func() bool) {
	if i >= len(c.pics) {
		return
	}
	p, v := c.pics[i], c.viewers[i]
	v.Wait(p.Width, p.Height, "")
	var img *image.RGBA
	var info meta.Info
	var err, noInfo error
	c.run(func() {
		img, err = disk.ReadPicture(p.File)
		info, noInfo = meta.Read(p.File)
	}, func() {
		if !newest() {
			return
		}
		if noInfo == nil {
			c.infos[i] = &info
		}
		if err != nil {
			v.Fail(lang.X("stage.gone", "The picture's file cannot be read."), "", err.Error())
		} else {
			v.Finish(img)
			v.SetView(c.viewers[0].View())
		}
		if i == len(c.pics)-1 {
			c.arrange() // what differs is known now
		}
		c.read(i+1, newest)
	})
}

// arrange puts the pictures as is chosen.
func (c *Compare) arrange() {
	widgets.SetVisible(c.ways, len(c.viewers) == 2)
	widgets.SetVisible(c.end, c.OnClose != nil)
	captions := differences(c.pics, c.infos)
	for i, p := range c.pics {
		if marks := marksText(p); marks != "" {
			captions[i] = append([]string{marks}, captions[i]...)
		}
	}
	c.wipe = nil
	switch {
	case len(c.viewers) == 0:
		c.middle.Objects = []fyne.CanvasObject{c.message}
	case c.wiping():
		c.wipe = widgets.NewWipe(c.viewers[0], c.viewers[1])
		right := func(t *widgets.Text) *widgets.Text { return t.Right() }
		below := container.NewGridWithColumns(2, captionOf(captions[0], nil), captionOf(captions[1], right))
		c.middle.Objects = []fyne.CanvasObject{widgets.Pad(10, 8, container.NewBorder(nil, widgets.Pad(2, 4, below), nil, nil, c.wipe.Content))}
	default:
		columns := len(c.viewers)
		if columns == 4 {
			columns = 2
		}
		grid := container.NewGridWithColumns(columns)
		for i, v := range c.viewers {
			grid.Add(widgets.Pad(4, 4, container.NewBorder(nil, widgets.Pad(2, 4, captionOf(captions[i], (*widgets.Text).Centre)), nil, nil, v)))
		}
		c.middle.Objects = []fyne.CanvasObject{widgets.Pad(6, 4, grid)}
	}
	c.Content.Refresh()
	c.say(nil)
}

// captionOf is what stands under a picture, a line under the other.
func captionOf(lines []string, as func(*widgets.Text) *widgets.Text) fyne.CanvasObject {
	column := widgets.Column(1)
	for _, text := range lines {
		t := widgets.NewSmall(text)
		if as != nil {
			t = as(t)
		}
		column.Add(t.Shrink())
	}
	return column
}

func (c *Compare) wiping() bool { return len(c.viewers) == 2 && c.ways.Chosen() == 1 }

// ToggleWay changes between side by side and one over the other, for two pictures.
func (c *Compare) ToggleWay() {
	if len(c.viewers) == 2 {
		c.ways.Choose(1 - c.ways.Chosen())
		c.arrange()
	}
}

// Zoom does to one viewer what the others follow.
func (c *Compare) Zoom(f func(*widgets.Viewer)) {
	if len(c.viewers) > 0 {
		f(c.viewers[0])
	}
}

func (c *Compare) toggleZoom() {
	c.Zoom(widgets.ToggleZoom)
}

func (c *Compare) say(v *widgets.Viewer) {
	text := lang.X("lightbox.fits", "fits")
	if v != nil && v.Percent() > 0 {
		text = numbers.Grouped(v.Percent()) + " %"
	}
	c.percent.SetText(text)
}

func (c *Compare) key(e *fyne.KeyEvent) {
	by := map[fyne.KeyName]float32{fyne.KeyLeft: -0.02, fyne.KeyRight: 0.02}[e.Name]
	switch {
	case by != 0 && c.wipe != nil:
		c.wipe.Move(c.wipe.Share + by)
	case e.Name == fyne.KeyEscape && c.OnClose != nil:
		c.OnClose()
	case c.Over.Open():
		widgets.Call1(c.OnKey, e.Name)
	case len(c.viewers) > 0:
		widgets.Pass(c.viewers[0], e)
	}
}

// differencesShown bounds the settings that are named under a picture.
const differencesShown = 8

// differences says of each picture what sets it apart from the others, a line
// for each setting, in the same order under all. infos are what their files
// say; nil where that is not known yet.
func differences(pics []library.Picture, infos []*meta.Info) [][]string {
	out := make([][]string, len(pics))
	add := func(value func(i int) string) {
		for i := range pics {
			if value(i) != value(0) {
				for k := range pics {
					out[k] = append(out[k], value(k))
				}
				return
			}
		}
	}
	add(func(i int) string { return pics[i].Model })
	if len(infos) == len(pics) && !slices.Contains(infos, nil) {
		for _, name := range settingNames() {
			add(func(i int) string { return settingText(name, infos[i], infos[0]) })
		}
	}
	for i, p := range pics {
		if len(out[i]) > differencesShown {
			out[i] = append(out[i][:differencesShown:differencesShown], "…")
		}
		if len(out[i]) == 0 {
			out[i] = []string{filepath.Base(p.File)}
			if len(infos) == len(pics) && infos[i] != nil {
				out[i] = append(out[i], lang.X("compare.same", "the same recipe"))
			}
		}
	}
	return out
}

// settingNames are what a recipe can say, in the order of the controls.
func settingNames() []string {
	var names []string
	for _, s := range settings.Comparable() {
		names = append(names, settings.Name(s))
	}
	return names
}

// settingText is one setting of a picture as it is shown beside another one: of
// a long text the words that only it has, where they are few.
func settingText(name string, info, other *meta.Info) string {
	for _, l := range settings.Diff(settings.SketchOf(*other), *info) {
		if l.Name != name {
			continue
		}
		if words := settings.NewWords(l); words != "" {
			return name + ": + " + words
		}
		return name + " " + format.Clip(strings.Join(strings.Fields(l.Its), " "), 120)
	}
	return name + " –"
}
