package create

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/recipe"
	"cascata/ui/uitest"
)

func newTestStyles(t *testing.T) (e *styleEditor, changes *[][]recipe.Style) {
	t.Helper()
	uitest.App(t)
	e = newStyles([]recipe.Style{{Name: "Ink", Prompt: "{prompt}, ink"}, {Name: "Oil", Prompt: "{prompt}, oil", Negative: "ink"}})
	changes = &[][]recipe.Style{}
	e.OnChange = func(s []recipe.Style) { *changes = append(*changes, s) }
	w := test.NewTempWindow(t, e.Content)
	w.Resize(fyne.NewSize(700, 500))
	return e, changes
}

func names(styles []recipe.Style) (n []string) {
	for _, s := range styles {
		n = append(n, s.Name)
	}
	return n
}

func TestEditStyle(t *testing.T) {
	e, changes := newTestStyles(t)
	test.Tap(e.list.Rows[1])
	if e.name.Text != "Oil" || e.negative.Text() != "ink" || len(*changes) != 0 {
		t.Fatalf("shown %q without %q, changed %d times", e.name.Text, e.negative.Text(), len(*changes))
	}
	e.name.SetText("Oil paint")
	e.prompt.SetText("{prompt}, oil paint")
	last := (*changes)[len(*changes)-1]
	if want := (recipe.Style{Name: "Oil paint", Prompt: "{prompt}, oil paint", Negative: "ink"}); last[1] != want || last[0].Name != "Ink" {
		t.Errorf("changed to %+v", last)
	}
	if e.list.Rows[1].Title != "Oil paint" {
		t.Errorf("the list says %q", e.list.Rows[1].Title)
	}
	if (*changes)[0][1].Prompt != "{prompt}, oil" {
		t.Error("a list that was reported earlier changed")
	}
}

func TestStyleNames(t *testing.T) {
	e, changes := newTestStyles(t)
	for _, bad := range []string{"", "  ", "Oil"} {
		e.name.SetText(bad)
		if last := (*changes)[len(*changes)-1]; last[0].Name != "Ink" {
			t.Errorf("the name %q was taken", bad)
		}
		if e.note.Text() == "" {
			t.Errorf("the name %q is refused without a word", bad)
		}
	}
}

func TestAddAndDeleteStyles(t *testing.T) {
	e, changes := newTestStyles(t)
	e.add()
	e.add()
	last := (*changes)[len(*changes)-1]
	if len(last) != 4 || last[2].Name == last[3].Name || e.name.Text != last[3].Name {
		t.Fatalf("added %v, in the fields %q", names(last), e.name.Text)
	}
	for range 4 {
		test.Tap(e.remove)
	}
	if last := (*changes)[len(*changes)-1]; len(last) != 0 || !e.remove.Disabled() {
		t.Errorf("left %v", names(last))
	}
	test.Tap(e.remove)
	e.reset()
	if last := (*changes)[len(*changes)-1]; !reflect.DeepEqual(last, recipe.DefaultStyles()) || e.name.Text != last[0].Name {
		t.Errorf("after the reset %v, in the fields %q", names(last), e.name.Text)
	}
}
