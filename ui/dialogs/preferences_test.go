package dialogs

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"cascata/app"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

func TestPreferences(t *testing.T) {
	uitest.App(t)
	w := test.NewTempWindow(t, widget.NewLabel(""))
	w.Resize(fyne.NewSize(1100, 700))
	s := app.Settings{Theme: "light", Language: "de", Scale: 1.5, NoSound: true}
	opened := ""
	f := ShowPreferences(w.Canvas(), PreferencesParams{
		Settings: s, Pictures: "/old",
		Folder:   func(_ string, then func(string)) { then("/new") },
		OnChange: func(change func(*app.Settings)) { change(&s) },
		OnOpen:   func(dir string) { opened = dir },
	})
	if f.theme.Chosen() != 2 || f.Language.Chosen() != 2 || f.scale.Chosen() != 6 || f.sound.Ticked() || !f.notice.Ticked() {
		t.Error("the settings are not shown as they are")
	}
	right := &fyne.KeyEvent{Name: fyne.KeyLeft}
	f.theme.TypedKey(right)
	f.Language.TypedKey(right)
	for range 4 {
		f.scale.TypedKey(right)
	}
	if f.idle.Chosen() != 2 {
		t.Errorf("the choice %d of idle times is shown, want 15 minutes", f.idle.Chosen())
	}
	f.idle.TypedKey(right)
	if s.Idle() != 5*time.Minute {
		t.Errorf("a model stays %v, want 5 minutes", s.Idle())
	}
	f.idle.TypedKey(right)
	if s.Idle() != 0 {
		t.Errorf("a model stays %v, want for good", s.Idle())
	}
	for _, c := range []*widgets.Check{f.motion, f.previews, f.spare, f.sound, f.notice} {
		test.Tap(c)
	}
	f.chooseFolder()
	want := app.Settings{Theme: "dark", Language: "en", Scale: 1, ReducedMotion: true, NoPreviews: true, SpareCore: true, NoNotice: true, Pictures: "/new"}
	if got := s; got.Theme != want.Theme || got.Language != want.Language || got.Scale != want.Scale || got.ReducedMotion != want.ReducedMotion ||
		got.NoPreviews != want.NoPreviews || got.SpareCore != want.SpareCore || got.NoSound != want.NoSound || got.NoNotice != want.NoNotice || got.Pictures != want.Pictures {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if f.folder.Text() != "/new" {
		t.Errorf("the folder shown is %q", f.folder.Text())
	}
	f.p.OnOpen(f.p.Pictures)
	if opened != "/new" {
		t.Errorf("opened %q, want the new folder", opened)
	}
}
