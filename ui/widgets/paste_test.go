package widgets

import (
	"testing"

	"fyne.io/fyne/v2"
)

// lateClipboard is one whose text comes when it is told to, and which nobody
// may wait for.
type lateClipboard struct {
	t      *testing.T
	then   func(string)
	copied string
}

func (c *lateClipboard) Content() string         { c.t.Error("the window waits for the clipboard"); return "" }
func (c *lateClipboard) SetContent(text string)  { c.copied = text }
func (c *lateClipboard) Later(then func(string)) { c.then = then }
func (c *lateClipboard) arrive(text string)      { c.then(text); c.then = nil }

type lateApp struct {
	fyne.App
	clipboard fyne.Clipboard
}

func (a lateApp) Clipboard() fyne.Clipboard { return a.clipboard }

// No field waits for the clipboard, whichever it is given.
func TestFieldsPasteLater(t *testing.T) {
	prompt, entry, number := NewPrompt("", "", 2), NewEntry(""), NewNumber("", Span{Min: 0, Max: 999, Step: 1})
	prompt.SetText("a mill")
	entry.SetText("a mill")
	w := open(t, 300, 300, Column(4, prompt, entry, number))
	c := &lateClipboard{t: t}
	fyne.SetCurrentApp(lateApp{fyne.CurrentApp(), c})
	toolkits := &lateClipboard{t: t}
	for _, tt := range []struct {
		field interface {
			fyne.Focusable
			fyne.Shortcutable
		}
		text       func() string
		paste, end string
	}{
		{prompt.entry, prompt.Text, ", dusk", "a mill at, dusk"},
		{entry, func() string { return entry.Text }, ", dusk", "a mill at, dusk"},
		{number.field, func() string { return string(number.field.text) }, "42", "42"},
	} {
		w.Canvas().Focus(tt.field)
		tt.field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
		tt.field.TypedShortcut(&fyne.ShortcutPaste{Clipboard: toolkits})
		for _, r := range " at" {
			if tt.paste != "42" {
				tt.field.TypedRune(r)
			}
		}
		if tt.paste == "42" {
			tt.field.TypedShortcut(&fyne.ShortcutSelectAll{})
		}
		if c.then == nil {
			t.Fatal("the clipboard was not asked")
		}
		c.arrive(tt.paste)
		if got := tt.text(); got != tt.end {
			t.Errorf("got %q, want %q", got, tt.end)
		}
		tt.field.TypedShortcut(&fyne.ShortcutSelectAll{})
		tt.field.TypedShortcut(&fyne.ShortcutCopy{Clipboard: toolkits})
		if c.copied != tt.end || toolkits.copied != "" {
			t.Errorf("copied %q, to the toolkit's clipboard %q", c.copied, toolkits.copied)
		}
	}
}
