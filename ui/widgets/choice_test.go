package widgets

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

func TestChoice(t *testing.T) {
	var changes []int
	c := NewChoice(func(i int) { changes = append(changes, i) }, "1:1", "4:3", "3:4", "16:9", "9:16", "Size")
	open(t, 300, 60, c)
	if len(c.boxes) != 6 || c.boxes[5].pos.Y != 0 {
		t.Fatalf("six sizes do not lie in one row of 300: %v", c.boxes)
	}
	for i, b := range c.boxes {
		if b.pos.X+b.size.Width > 300.5 || b.size.Width < c.pillMin(i)-0.5 {
			t.Errorf("pill %d is cut: %v", i, b)
		}
	}
	b := c.boxes[3]
	c.Tapped(&fyne.PointEvent{Position: b.pos.AddXY(5, 5)})
	key(c, fyne.KeyRight, fyne.KeyRight, fyne.KeyRight, fyne.KeyHome)
	c.Choose(2)
	if !slices.Equal(changes, []int{3, 4, 5, 0}) || c.Chosen() != 2 {
		t.Errorf("got %v, chosen %d", changes, c.Chosen())
	}
}

func TestChoiceWraps(t *testing.T) {
	c := NewChoice(nil, "Quadrat", "Querformat", "Hochformat", "Breitbild", "Panorama", "Eigene Größe")
	open(t, 300, 200, container.NewVBox(c))
	if c.rows < 2 {
		t.Fatalf("six long names take %d row", c.rows)
	}
	last := c.boxes[5]
	if got := c.MinSize().Height; got < last.pos.Y+last.size.Height {
		t.Errorf("the height is %g, the last pill ends at %g", got, last.pos.Y+last.size.Height)
	}
}
