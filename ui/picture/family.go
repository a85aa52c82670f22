package picture

import (
	"cmp"
	"image"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/app/meta"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// A branch is a picture of a family. What it came from stands before it, one
// step less deep.
type branch struct {
	p       library.Picture
	info    meta.Info
	depth   int
	changed []settings.Line // what differs from the picture that it came from
}

// familyTree puts a family in the order of its tree: each picture under the
// one that it came from, the oldest first. infos are what the files say, in
// the order of pictures.
func familyTree(pictures []library.Picture, infos []meta.Info) []branch {
	order := make([]int, len(pictures))
	byID := map[int64]int{}
	for i, p := range pictures {
		order[i] = i
		byID[p.ID] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return pictures[a].Made.Compare(pictures[b].Made) })
	parent := func(i int) int {
		if k, ok := byID[pictures[i].Parent]; ok && k != i {
			return k
		}
		return -1
	}
	var tree []branch
	done := make([]bool, len(pictures))
	var add func(i, depth int)
	add = func(i, depth int) {
		if done[i] {
			return
		}
		done[i] = true
		b := branch{p: pictures[i], info: infos[i], depth: depth}
		if k := parent(i); k >= 0 {
			b.changed = settings.Differing(settings.Diff(settings.SketchOf(infos[k]), infos[i]))
		}
		tree = append(tree, b)
		for _, k := range order {
			if parent(k) == i {
				add(k, depth+1)
			}
		}
	}
	for _, i := range order {
		if parent(i) < 0 {
			add(i, 0)
		}
	}
	for _, i := range order {
		add(i, 0) // those that tell each other as their parents
	}
	return tree
}

// best is the picture that stands for a family: the one with most stars, a
// favourite before others, the newest of equals.
func best(tree []branch) int64 {
	b := slices.MaxFunc(tree, func(a, b branch) int {
		return cmp.Or(cmp.Compare(a.p.Stars, b.p.Stars), compareBool(a.p.Favourite, b.p.Favourite), compareBool(!a.p.Draft, !b.p.Draft), a.p.Made.Compare(b.p.Made))
	})
	return b.p.ID
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// changeText says in a few words what differs: "Detail steps 20".
func changeText(changed []settings.Line) string {
	var texts []string
	for _, l := range changed {
		switch {
		case len(texts) == 4:
			return strings.Join(append(texts, "…"), " · ")
		case l.Long:
			texts = append(texts, l.Name)
		default:
			texts = append(texts, l.Name+" "+l.Its)
		}
	}
	return strings.Join(texts, " · ")
}

// FamilyParams are what the tree of a family needs. Family and Read are called
// off the window's goroutine.
type FamilyParams struct {
	Run    async.Runner
	Family func() ([]library.Picture, error)
	Read   func(file string) (meta.Info, error)
	Thumb  func(p library.Picture, then func(*image.RGBA)) (cancel func()) // the small picture

	OnOpen    func(p library.Picture)
	OnCompare func(p ...library.Picture)
}

// maxFamily bounds the pictures of a tree.
const maxFamily = 500

// ShowFamily shows how the pictures of a family came from one another, as soon
// as their files are read.
func ShowFamily(c fyne.Canvas, p FamilyParams) {
	var tree []branch
	var more int
	var err error
	p.Run(func() { tree, more, err = readFamily(p) }, func() {
		column := widgets.Column(2)
		d := widgets.NewDialog(lang.X("family.title", "Family"), column, widgets.Action{Text: lang.X("close", "Close"), Main: true})
		if err != nil {
			column.Add(widgets.NewParagraph(format.Joined(format.Explain(err), err.Error()), look.SizeText, false))
		}
		var cancels []func()
		d.OnClosed = func() {
			for _, f := range cancels {
				widgets.Call(f)
			}
		}
		first := int64(0)
		if len(tree) > 1 {
			first = best(tree)
		}
		for _, b := range tree {
			row, cancel := familyRow(b, b.p.ID == first, p, d)
			cancels = append(cancels, cancel)
			column.Add(row)
		}
		if more > 0 {
			column.Add(widgets.NewDim(lang.XN("unused.more", "and {{.N}} more", more, map[string]any{"N": more})))
		}
		d.SetWidth(620).Show(c)
	})
}

func readFamily(p FamilyParams) (tree []branch, more int, err error) {
	pictures, err := p.Family()
	if err != nil {
		return nil, 0, err
	}
	if more = len(pictures) - maxFamily; more > 0 {
		pictures = pictures[:maxFamily]
	}
	infos := make([]meta.Info, len(pictures))
	for i, q := range pictures {
		infos[i], _ = p.Read(q.File) // what cannot be read has no parent
	}
	return familyTree(pictures, infos), more, nil
}

// familyRow is one picture of the tree.
func familyRow(b branch, best bool, p FamilyParams, d *widgets.Dialog) (row fyne.CanvasObject, cancel func()) {
	open := func() {
		d.Close()
		widgets.Call1(p.OnOpen, b.p)
	}
	cell := widgets.NewTouchCell(func() {}, func(fyne.Position) {}, open)
	if p.Thumb != nil {
		cancel = p.Thumb(b.p, cell.SetImage)
	}
	mark := ""
	if best {
		mark = lang.X("family.best", "the best")
	}
	draft := ""
	if b.p.Draft {
		draft = lang.X("job.draft", "draft")
	}
	title := widgets.NewText(format.Joined(strings.Repeat("★", b.p.Stars), mark, draft, format.DayText(b.p.Made, time.Now()))).Shrink()
	what := changeText(b.changed)
	if b.depth == 0 {
		what = format.Clip(b.p.Prompt, 120)
	}
	texts := widgets.Centre(widgets.Column(2, title, widgets.NewDim(what).Shrink()))
	line := container.NewBorder(nil, nil,
		widgets.Row(10, widgets.Gap(float32(min(b.depth, 8))*28, 1), widgets.Width(60, widgets.Height(60, cell)), widgets.Gap(2, 1)),
		widgets.Centre(widgets.NewTextButton(lang.X("family.open", "Show"), open)), texts)
	return line, cancel
}
