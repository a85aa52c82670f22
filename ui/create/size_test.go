package create

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/recipe"
	"cascata/inference/sampler"
	"cascata/ui/uitest"
)

func TestSizePills(t *testing.T) {
	c, changes := newTestControls(t, uitest.Usual())
	for i, want := range recipe.Sizes(1024, 1024)[1:] {
		uitest.Press(c.size.pills, fyne.KeyRight)
		if s := c.Sketch(); s.Width != want.Width || s.Height != want.Height {
			t.Errorf("%s gives %dx%d, want %dx%d", want.Name, s.Width, s.Height, want.Width, want.Height)
		}
		if len(*changes) != i+1 {
			t.Errorf("got %d times after %d choices", len(*changes), i+1)
		}
	}
	if c.size.rows.Visible() {
		t.Error("the free size shows for a usual shape")
	}
	uitest.Press(c.size.pills, fyne.KeyEnd)
	if !c.size.rows.Visible() {
		t.Error("Size opens nothing")
	}
}

func TestFreeSize(t *testing.T) {
	s := uitest.Usual()
	s.Width, s.Height = 1000, 800
	c, _ := newTestControls(t, s)
	if !c.size.rows.Visible() || c.size.pills.Chosen() != len(c.size.sizes) {
		t.Fatal("a size of no usual shape is not shown")
	}
	uitest.Enter(field(c.width()), "1203")
	if s := c.Sketch(); s.Width != 1200 || s.Height != 800 {
		t.Errorf("got %dx%d, want 1200x800", s.Width, s.Height)
	}
	uitest.Enter(field(c.width()), "1024")
	uitest.Enter(field(c.size.height.Number), "1024")
	if !c.size.rows.Visible() {
		t.Error("the rows went away while they were used")
	}
}

func TestSwapAndLock(t *testing.T) {
	s := uitest.Usual()
	s.Width, s.Height = 1024, 512
	c, _ := newTestControls(t, s)
	test.Tap(c.size.lock)
	if !c.Sketch().LockRatio {
		t.Fatal("the lock is not in the sketch")
	}
	uitest.Enter(field(c.width()), "768")
	if s := c.Sketch(); s.Width != 768 || s.Height != 384 {
		t.Errorf("locked: %dx%d, want 768x384", s.Width, s.Height)
	}
	c.size.swap()
	if s := c.Sketch(); s.Width != 384 || s.Height != 768 {
		t.Errorf("swapped: %dx%d, want 384x768", s.Width, s.Height)
	}
	uitest.Enter(field(c.size.height.Number), "1024")
	if s := c.Sketch(); s.Width != 512 || s.Height != 1024 {
		t.Errorf("locked after the swap: %dx%d, want 512x1024", s.Width, s.Height)
	}
	test.Tap(c.size.lock)
	uitest.Enter(field(c.width()), "640")
	if s := c.Sketch(); s.Width != 640 || s.Height != 1024 {
		t.Errorf("unlocked: %dx%d, want 640x1024", s.Width, s.Height)
	}
}

// Whatever is chosen can be made.
func TestEverySizeCanBeMade(t *testing.T) {
	for _, side := range []int{256, 512, 1024} {
		for _, p := range []sampler.Preset{sampler.Official, sampler.Comfy, sampler.Diffusers} {
			sizes := recipe.Sizes(side, side)
			for px := recipe.SideUnit; px <= 2*side; px += 40 {
				sizes = append(sizes, recipe.Size{Width: px, Height: px})
			}
			for _, s := range sizes {
				fit := recipe.FitSize(p, s)
				if _, err := (sampler.Geometry{}).Grid(p, fit.Width, fit.Height); err != nil {
					t.Errorf("%s, %dx%d became %dx%d: %v", p, s.Width, s.Height, fit.Width, fit.Height, err)
				}
			}
		}
	}
	if fit := recipe.FitSize(sampler.Official, recipe.Size{Width: 1152, Height: 896}); fit.Width != 1152 || fit.Height != 896 {
		t.Errorf("1152x896 fits and became %dx%d", fit.Width, fit.Height)
	}
}
