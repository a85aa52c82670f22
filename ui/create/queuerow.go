package create

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"cascata/app/studio"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// A queueRow is one job of a QueueList. The list uses it again for others.
type queueRow struct {
	widget.BaseWidget
	list *QueueList
	job  studio.Job
	all  *fyne.Container

	image           *canvas.Image
	prompt, summary *widgets.Text
	bar             *widgets.Bar
	up, down        *widgets.Button
	again, end      *widgets.Button
	buttons         *fyne.Container
	asked           rowPicture // whose small picture is shown or awaited
	cancel          func()     // withdraws the request for it
}

var (
	_ fyne.Widget            = (*queueRow)(nil)
	_ fyne.SecondaryTappable = (*queueRow)(nil)
)

// rowPicture is what the picture of a row is of.
type rowPicture struct {
	job  int64
	file string
}

const queueThumb = 44

func newQueueRow(list *QueueList) *queueRow {
	r := &queueRow{
		list: list, image: canvas.NewImageFromImage(nil), bar: widgets.NewBar(5, 4, 1),
		prompt: widgets.NewText("").Shrink(), summary: widgets.NewDim("").Shrink(),
	}
	r.image.FillMode = canvas.ImageFillContain
	r.image.SetMinSize(fyne.NewSize(queueThumb, queueThumb))
	r.image.CornerRadius = 4
	r.image.Hide()
	button := func(icon fyne.Resource, tip string, do func()) *widgets.Button {
		b := widgets.NewIconButton(icon, tip, do)
		b.SetColor(look.ColorDim)
		return b
	}
	r.up = button(look.IconUp, lang.X("queue.up", "Earlier"), func() { list.up(r.job.ID) })
	r.down = button(look.IconDown, lang.X("queue.down", "Later"), func() { list.down(r.job.ID) })
	r.again = button(look.IconAgain, lang.X("again", "Make again"), func() { list.again(r.job) })
	r.end = button(look.IconClose, "", func() { list.end(r.job) })
	r.buttons = widgets.Row(0, r.up, r.down, r.again, r.end)
	text := widgets.Centre(widgets.Column(3, r.prompt, r.summary, r.bar))
	thumb := widgets.Width(queueThumb, widgets.Centre(widgets.Height(queueThumb, container.NewStack(widgets.NewFill(look.ColorRaised), r.image))))
	r.all = widgets.Pad(8, 4, container.NewBorder(nil, nil, thumb, r.buttons, widgets.Pad(8, 0, text)))
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *queueRow) CreateRenderer() fyne.WidgetRenderer {
	r.list.rows[r] = true
	return &rowRenderer{widget.NewSimpleRenderer(r.all), r}
}

// rowRenderer tells the list of rows that are gone.
type rowRenderer struct {
	fyne.WidgetRenderer
	r *queueRow
}

func (d *rowRenderer) Destroy() { delete(d.r.list.rows, d.r) }

// TappedSecondary implements fyne.SecondaryTappable.
func (r *queueRow) TappedSecondary(e *fyne.PointEvent) {
	if r.list.OnMenu != nil {
		r.list.OnMenu(r.job, e.AbsolutePosition)
	}
}

// show makes the row that of a job.
func (r *queueRow) show(j studio.Job) {
	r.job = j
	r.list.rows[r] = true
	r.prompt.SetText(format.OneLine(j.Recipe.Title()))
	r.summary.SetText(r.list.summary(j))
	color := look.ColorDim
	if j.State == studio.Failed || j.State == studio.Unsaved {
		color = look.ColorBad
	}
	r.summary.SetColor(color)
	at := r.list.at
	running := j.State == studio.Running && j.ID == at.Job.ID
	if running {
		if at.Shares[0]+at.Shares[1]+at.Shares[2] > 0 {
			r.bar.SetWeights(at.Shares[:]...)
		}
		r.bar.Set(barAt(at))
	}
	tip := lang.X("queue.cancel", "Cancel")
	if j.State.Over() {
		tip = lang.X("forget", "Take out of the list")
	}
	r.end.SetTip(tip)
	waiting := j.State == studio.Waiting
	changed := r.bar.Visible() != running || r.up.Visible() != waiting || r.again.Visible() != j.State.Over()
	widgets.SetVisible(r.bar, running)
	widgets.SetVisible(r.up, waiting)
	widgets.SetVisible(r.down, waiting)
	widgets.SetVisible(r.again, j.State.Over())
	if changed {
		r.all.Refresh()
	}
	r.picture(j, running)
}

// picture shows the preview of the running job, or asks for the thumbnail of
// one that ended, once.
func (r *queueRow) picture(j studio.Job, running bool) {
	want := rowPicture{j.ID, j.File}
	if running && r.list.at.Preview != nil {
		r.asked = rowPicture{}
		r.set(r.list.at.Preview)
		return
	}
	if r.asked == want {
		return
	}
	widgets.Call(r.cancel)
	r.asked, r.cancel = want, nil
	r.set(nil)
	if j.File == "" && j.State != studio.Unsaved {
		return
	}
	r.cancel = r.list.thumbs.Get(j, func(img *image.RGBA) {
		if r.asked == want {
			r.set(img)
		}
	})
}

func (r *queueRow) set(img *image.RGBA) {
	widgets.SetVisible(r.image, img != nil)
	if img != nil && r.image.Image != image.Image(img) {
		r.image.Image = img
		r.image.Refresh()
	}
}
