package create

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/uitest"
)

func somePrompts(n int) []studio.PastPrompt {
	var past []studio.PastPrompt
	for i := range n {
		past = append(past, studio.PastPrompt{Prompt: fmt.Sprintf("boat %d", i), Negative: "rain", At: time.Now(), Job: int64(i)})
	}
	return past
}

func newTestHistory(t *testing.T, run async.Runner, past []studio.PastPrompt) *historyView {
	t.Helper()
	uitest.App(t)
	h := newHistoryView(run, func(int64) string { return "" }, func(text string, limit int) ([]studio.PastPrompt, error) {
		var found []studio.PastPrompt
		for _, p := range past {
			if strings.Contains(p.Prompt, text) && len(found) < limit {
				found = append(found, p)
			}
		}
		return found, nil
	})
	w := test.NewTempWindow(t, h.Content)
	w.Resize(fyne.NewSize(500, 400))
	return h
}

func TestHistoryByKeyboard(t *testing.T) {
	h := newTestHistory(t, uitest.InPlace, somePrompts(20))
	var used []string
	h.OnUse = func(p studio.PastPrompt) { used = append(used, p.Prompt) }
	uitest.Press(h.field, fyne.KeyReturn) // nothing is loaded yet
	h.Load()
	uitest.Press(h.field, fyne.KeyUp, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	uitest.Press(h.field, fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyReturn)
	test.Type(h.field, "7")
	uitest.Press(h.field, fyne.KeyDown, fyne.KeyReturn)
	uitest.Press(h.list, fyne.KeyUp, fyne.KeySpace)
	if got := strings.Join(used, ", "); got != "boat 2, boat 19, boat 17, boat 7" {
		t.Errorf("used %s", got)
	}
}

func TestHistoryByPointer(t *testing.T) {
	h := newTestHistory(t, uitest.InPlace, somePrompts(3))
	h.Load()
	used := ""
	h.OnUse = func(p studio.PastPrompt) { used = p.Prompt }
	row := newHistoryRow(h)
	row.show(1)
	test.Tap(row)
	if used != "boat 1" || row.prompt.Text() != "boat 1" || !strings.Contains(row.below.Text(), "rain") {
		t.Errorf("used %q; the row says %q, %q", used, row.prompt.Text(), row.below.Text())
	}
}

// A search that comes late does not replace a newer one.
func TestHistoryShowsTheNewestSearch(t *testing.T) {
	var held []func()
	h := newTestHistory(t, func(work, then func()) { held = append(held, func() { work(); then() }) }, somePrompts(20))
	h.field.SetText("1")
	h.field.SetText("19")
	held[1]()
	held[0]()
	if len(h.past) != 1 || h.past[0].Prompt != "boat 19" {
		t.Errorf("%d prompts shown for 19", len(h.past))
	}
}

func TestHistoryWithoutPrompts(t *testing.T) {
	h := newTestHistory(t, uitest.InPlace, nil)
	h.Load()
	if _, help, _ := h.empty.Texts(); !h.empty.Visible() || help == "" {
		t.Error("an empty history says nothing")
	}
	h.field.SetText("zebra")
	if _, help, _ := h.empty.Texts(); !strings.Contains(help, "zebra") {
		t.Errorf("nothing found says %q", help)
	}
}
