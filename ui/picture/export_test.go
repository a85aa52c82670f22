package picture

import (
	"image/color"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/disk"
	"cascata/app/meta"
	"cascata/ui/uitest"
)

// Pictures are written under names that are free, and one that cannot be read
// keeps no other back.
func TestExportAll(t *testing.T) {
	src := uitest.WritePlain(t, "a picture.png", 30, 20, color.RGBA{200, 10, 10, 255})
	dir := filepath.Join(t.TempDir(), "new folder")
	files, err := exportAll(meta.Export, dir, []string{src, "gone.png", src}, meta.ExportOptions{Format: meta.JPEG, PrintWidthCM: 10})
	if err == nil || !strings.Contains(err.Error(), "gone.png") {
		t.Errorf("the error is %v", err)
	}
	want := []string{filepath.Join(dir, "a picture.jpg"), filepath.Join(dir, "a picture-2.jpg")}
	if !slices.Equal(files, want) {
		t.Fatalf("got %q, want %q", files, want)
	}
	for _, f := range files {
		if img, err := disk.ReadPicture(f); err != nil || img.Rect.Dx() != 30 {
			t.Errorf("%s: %v", f, err)
		}
	}
	files, err = exportAll(meta.Export, dir, []string{src}, meta.ExportOptions{Format: meta.PNG})
	if err != nil || len(files) != 1 || filepath.Base(files[0]) != "a picture.png" {
		t.Errorf("got %q, %v", files, err)
	}
	if _, err := exportAll(meta.Export, src, []string{src}, meta.ExportOptions{Format: meta.PNG}); err == nil {
		t.Error("a file is taken for a folder")
	}
}

func TestExportDialog(t *testing.T) {
	uitest.App(t)
	w := test.NewTempWindow(t, uitest.Gap())
	w.Resize(fyne.NewSize(900, 700))
	var asked []meta.ExportOptions
	var into []string
	into2 := t.TempDir()
	var done []string
	d := ShowExport(w.Canvas(), ExportParams{Run: uitest.InPlace, Files: []string{"/x/a.png"}, Width: 1024, Into: t.TempDir(),
		Folder: func(_ string, then func(string)) { then(into2) },
		Export: func(dst, _ string, o meta.ExportOptions) error {
			asked, into = append(asked, o), append(into, dst)
			return nil
		},
		OnDone: func(files []string, err error) { done = files }})
	if !d.quality.Disabled() {
		t.Error("a PNG has a quality")
	}
	test.Tap(uitest.Button(t, d.rows.Objects[len(d.rows.Objects)-1], "Choose…"))
	d.format.Choose(1)
	d.print.SetValue(20)
	d.strip.Tapped(nil)
	d.say()
	if got := uitest.Overlay(t, w.Canvas()); d.quality.Disabled() || !strings.Contains(got, "130 dots per inch") || !strings.Contains(got, "Nobody can read") {
		t.Errorf("shown %q", got)
	}
	d.start()
	want := meta.ExportOptions{Format: meta.JPEG, Quality: 90, Strip: true, PrintWidthCM: 20}
	if len(asked) != 1 || asked[0] != want || into[0] != filepath.Join(into2, "a.jpg") || len(done) != 1 {
		t.Errorf("asked %+v into %q, done %q", asked, into, done)
	}
}
