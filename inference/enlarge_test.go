package inference

import (
	"slices"
	"testing"
)

// Parts cover a grid, lie within it at whole units, are hardly larger than what
// is asked for, and overlap; what they say of a field is that field.
func TestTiling(t *testing.T) {
	for _, unit := range []int{1, 2, 8} {
		for _, side := range []int{6 * unit, 24 * unit, 25 * unit} {
			for n := unit; n < 6*side; n += unit * max(1, side/unit/3) {
				tl := newTiling(n, n+unit, side, side, unit)
				if most := max(5*side/4, 4*unit) + 2*unit; tl.h > most || tl.w > most {
					t.Fatalf("%d cells, side %d, unit %d: parts of %d by %d", n, side, unit, tl.h, tl.w)
				}
				whole := make([]float32, 2*n*(n+unit))
				field := make([]float32, len(whole))
				for i := range field {
					field[i] = float32(i % 97)
				}
				for _, at := range tl.at {
					if at.y0 < 0 || at.x0 < 0 || at.y1 > n || at.x1 > n+unit || at.y0%unit != 0 || at.x0%unit != 0 || at.y1%unit != 0 || at.x1%unit != 0 {
						t.Fatalf("%d cells, side %d, unit %d: a part at %v", n, side, unit, at)
					}
					part := NewTensor(1, 2, int64(tl.h), int64(tl.w))
					copyBox(part, at.moved(at, 1), &Tensor{Shape: []int64{1, 2, int64(n), int64(n + unit)}, F32: field}, at)
					tl.add(whole, part.F32, at)
				}
				tl.mean(whole)
				for i, v := range whole {
					if !(v-field[i] < 1e-4 && field[i]-v < 1e-4) {
						t.Fatalf("%d cells, side %d, unit %d: cell %d is %g, want %g", n, side, unit, i, v, field[i])
					}
				}
				if len(tl.at) == 1 && !slices.Equal(whole, field) {
					t.Fatalf("%d cells, side %d, unit %d: one part is not the same as none", n, side, unit)
				}
			}
		}
	}
}
