package widgets

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// | is the caret, or both ends of a selection.
func TestWeigh(t *testing.T) {
	for _, tt := range []struct {
		name, before string
		delta        float64
		after        string
	}{
		{"word at the caret", "a light|house, dusk", 0.05, "a (light|house:1.05), dusk"},
		{"less", "|dusk", -0.05, "(|dusk:0.95)"},
		{"end of a word", "dusk|", 0.05, "(dusk|:1.05)"},
		{"selection", "a |calm sea|, dusk", 0.05, "a (calm sea|:1.05), dusk"},
		{"selection with spaces around", "a| calm sea |dusk", 0.05, "a (calm sea|:1.05) dusk"},
		{"in a group", "(calm| sea:1.05)", 0.05, "(calm| sea:1.1)"},
		{"selection in a group", "(calm |sea|:1.2)", 0.05, "(calm |sea:1.25)"},
		{"on the number", "(sea:1.|2)", 0.05, "(sea|:1.25)"},
		{"whole group selected", "|(sea:1.2)|", 0.05, "(|sea:1.25)"},
		{"back to one", "a (sea|:1.05), b", -0.05, "a sea|, b"},
		{"bare brackets", "(sea|)", 0.05, "(sea|:1.15)"},
		{"inner of two", "(a (b|:1.2):1.3)", 0.05, "(a (b|:1.25):1.3)"},
		{"between two groups", "(a:1.2) b| (c:1.3)", 0.05, "(a:1.2) (b|:1.05) (c:1.3)"},
		{"behind a backslash", `\(a b|\)`, 0.05, `\(a (b|:1.05)\)`},
		{"not closed", "(a b|", 0.05, "(a (b|:1.05)"},
		{"most", "(a|:2)", 0.05, "(a|:2)"},
		{"least", "(a|:0.05)", -0.05, "(a|:0.05)"},
		{"not ASCII", "ein schöner Ba|um", 0.05, "ein schöner (Ba|um:1.05)"},
		{"a colon in the words", "(time 12:30 o'clock|)", 0.05, "(time 12:30 o'clock|:1.15)"},
		{"joined words", "wide-ang|le", 0.05, "(wide-ang|le:1.05)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, from, to := carets(tt.before)
			e, ok := weigh(text, from, to, tt.delta)
			if !ok {
				t.Fatal("nothing to weigh")
			}
			r := []rune(text)
			after := []rune(string(r[:e.From]) + e.With + string(r[e.To:]))
			want, caret, _ := carets(tt.after)
			if string(after) != want {
				t.Fatalf("got %q, want %q", string(after), want)
			}
			if e.Caret != caret {
				t.Errorf("caret at %d, want %d", e.Caret, caret)
			}
		})
	}
	for _, nothing := range []string{"|", "a , | b", "  ||  "} {
		text, from, to := carets(nothing)
		if e, ok := weigh(text, from, to, 0.05); ok {
			t.Errorf("%q became %+v", nothing, e)
		}
	}
}

// carets takes the marks out of a text.
func carets(s string) (text string, from, to int) {
	var at []int
	var r []rune
	for _, c := range s {
		if c == '|' {
			at = append(at, len(r))
			continue
		}
		r = append(r, c)
	}
	if len(at) == 0 {
		at = []int{0}
	}
	return string(r), at[0], at[len(at)-1]
}

func FuzzWeigh(f *testing.F) {
	f.Add("a (b:1.2) c", 3, 4)
	f.Add(`((()\(`, 2, 2)
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		e, ok := weigh(text, from, to, 0.05)
		if !ok {
			return
		}
		n := len([]rune(text))
		if e.From < 0 || e.From > e.To || e.To > n || e.Caret < 0 || e.Caret > n-(e.To-e.From)+len([]rune(e.With)) {
			t.Errorf("%q %d %d: %+v", text, from, to, e)
		}
	})
}

func TestPromptWeighsAndUndoes(t *testing.T) {
	p := NewPrompt("Prompt", "", 3)
	var changes []string
	w := open(t, 300, 200, p)
	w.Canvas().Focus(p.Field())
	test.Type(p.Field(), "a calm sea")
	p.OnChanged = func(s string) { changes = append(changes, s) }
	shortcut(p.Field(), fyne.KeyUp, fyne.KeyModifierShortcutDefault)
	shortcut(p.Field(), fyne.KeyUp, fyne.KeyModifierShortcutDefault)
	if p.Text() != "a calm (sea:1.1)" || len(changes) != 2 {
		t.Fatalf("text %q, got %q", p.Text(), changes)
	}
	p.Undo()
	if p.Text() != "a calm (sea:1.05)" {
		t.Errorf("undone: %q", p.Text())
	}
	p.Field().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutUndo{})
	if p.Text() != "a calm sea" {
		t.Errorf("undone twice: %q", p.Text())
	}
	p.entry.redo()
	p.entry.redo()
	if p.Text() != "a calm (sea:1.1)" {
		t.Errorf("redone: %q", p.Text())
	}
	shortcut(p.Field(), fyne.KeyDown, fyne.KeyModifierShortcutDefault)
	shortcut(p.Field(), fyne.KeyDown, fyne.KeyModifierShortcutDefault)
	if p.Text() != "a calm sea" {
		t.Errorf("weighed down: %q", p.Text())
	}
	test.Type(p.Field(), "s")
	if p.Text() != "a calm seas" {
		t.Errorf("the caret is elsewhere: %q", p.Text())
	}
}

// The toolkit joins words where a space meets the end of a full row.
func TestPromptKeepsSpacesAtEveryWidth(t *testing.T) {
	const text = "a lighthouse on a cliff at  dusk, calm sea, gouache"
	for width := float32(90); width < 300; width += 3 {
		p := NewPrompt("Prompt", "", 3)
		w := open(t, width, 300, p)
		w.Canvas().Focus(p.Field())
		for _, r := range text {
			p.Field().TypedRune(r)
			if r == ' ' { // and a slip put right
				p.Field().TypedRune(' ')
				key(p.Field(), fyne.KeyBackspace)
			}
		}
		if p.Text() != text {
			t.Fatalf("at a width of %g: %q", width, p.Text())
		}
	}
}

func TestPromptWeighsASelectionOnASecondRow(t *testing.T) {
	p := NewPrompt("Prompt", "", 3)
	w := open(t, 160, 200, p)
	w.Canvas().Focus(p.Field())
	test.Type(p.Field(), "a lighthouse on a cliff at dusk, calm sea")
	if p.entry.CursorRow == 0 {
		t.Fatal("the text does not wrap")
	}
	shift := &fyne.KeyEvent{Name: "LeftShift"}
	p.entry.KeyDown(shift)
	for range len("calm sea") {
		key(p.Field(), fyne.KeyLeft)
	}
	p.entry.KeyUp(shift)
	p.weigh(0.1)
	if want := "a lighthouse on a cliff at dusk, (calm sea:1.1)"; p.Text() != want {
		t.Errorf("got %q, want %q", p.Text(), want)
	}
	p.weigh(0.1)
	if want := "a lighthouse on a cliff at dusk, (calm sea:1.2)"; p.Text() != want {
		t.Errorf("again: got %q, want %q", p.Text(), want)
	}
}

func TestPrompt(t *testing.T) {
	p := NewPrompt("Prompt", "", 2)
	w := open(t, 300, 200, p)
	var events []string
	p.OnSubmit = func() { events = append(events, "submit") }
	p.OnPrevious = func() { events = append(events, "previous") }
	p.OnNext = func() { events = append(events, "next") }
	w.Canvas().Focus(p.Field())
	shortcut(p.Field(), fyne.KeyUp, fyne.KeyModifierAlt)
	shortcut(p.Field(), fyne.KeyDown, fyne.KeyModifierAlt)
	p.entry.KeyDown(&fyne.KeyEvent{Name: "LeftShift"})
	key(p.Field(), fyne.KeyReturn)
	if len(events) != 3 || events[0] != "previous" || events[1] != "next" || events[2] != "submit" {
		t.Errorf("events %v", events)
	}
	low := p.MinSize().Height
	p.SetCount("91 of 75 tokens", true, "not used: soft focus")
	if p.MinSize().Height <= low || p.Count() != "91 of 75 tokens" {
		t.Error("what is cut off is not shown")
	}
	p.SetText("old")
	p.Replace("new")
	p.Undo()
	if p.Text() != "old" {
		t.Errorf("after undoing a replacement: %q, want the old text", p.Text())
	}
	p.Replace("")
	if p.Text() != "" {
		t.Errorf("replaced by nothing: %q", p.Text())
	}
	p.Undo()
	if p.Text() != "old" {
		t.Errorf("after undoing an erasure: %q", p.Text())
	}
}
