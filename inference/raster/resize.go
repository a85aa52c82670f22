package raster

import "math"

// taps are where one length of the output reads the input, and with what weights.
type taps struct {
	from    []int // first index, one an output
	weights [][]float32
}

// Bicubic resizes as torch.nn.functional.interpolate does by default: a = -0.75,
// half-pixel centres, no antialiasing. What overshoots is kept.
func Bicubic(s Source, width, height int) *Raster {
	c, w, h := s.Size()
	if w == width && h == height {
		return Planes(s)
	}
	across, down := bicubicTaps(w, width), bicubicTaps(h, height)
	r := zeros(c, width, height)
	rows := newRowCache(s, across, width)
	for y := range height {
		for j, weight := range down.weights[y] {
			line := rows.get(down.index(y, j, h))
			for k := range c {
				out := r.V[(k*height+y)*width : (k*height+y+1)*width]
				for x, v := range line[k*width : (k+1)*width] {
					out[x] = fused(v, weight, out[x])
				}
			}
		}
	}
	return r
}

// Bilinear resizes by straight lines with half-pixel centres, without
// antialiasing. Every operation is rounded as torch 2.8 does it with AVX2, so
// that an edge found in the result is the same: a level more or less decides.
func Bilinear(s Source, width, height int) *Raster {
	c, w, h := s.Size()
	if w == width && h == height {
		return Planes(s)
	}
	across, down := bilinearTaps(w, width), bilinearTaps(h, height)
	r := zeros(c, width, height)
	top, bottom := make([]float32, c*w), make([]float32, c*w)
	for y := range height {
		s.Row(down.index(y, 0, h), top)
		s.Row(down.index(y, 1, h), bottom)
		for k := range c {
			out := r.V[(k*height+y)*width : (k*height+y+1)*width]
			for x := range out {
				left, right := k*w+across.index(x, 0, w), k*w+across.index(x, 1, w)
				v := float32(float32(down.weights[y][0]*across.weights[x][1]) * top[right])
				v = fused(down.weights[y][0]*across.weights[x][0], top[left], v)
				v = fused(down.weights[y][1]*across.weights[x][0], bottom[left], v)
				out[x] = fused(down.weights[y][1]*across.weights[x][1], bottom[right], v)
			}
		}
	}
	return r
}

// index is the input that tap j of output i reads, of n.
func (t taps) index(i, j, n int) int {
	return min(max(t.from[i]+j, 0), n-1)
}

// A rowCache holds a few rows of a source, resized across.
type rowCache struct {
	s      Source
	across taps
	width  int
	line   []float32
	rows   [8][]float32
	at     [8]int // row number + 1
}

func newRowCache(s Source, across taps, width int) *rowCache {
	c, w, _ := s.Size()
	return &rowCache{s: s, across: across, width: width, line: make([]float32, c*w)}
}

func (r *rowCache) get(y int) []float32 {
	slot := y % len(r.rows)
	if r.at[slot] == y+1 {
		return r.rows[slot]
	}
	c, w, _ := r.s.Size()
	if r.rows[slot] == nil {
		r.rows[slot] = make([]float32, c*r.width)
	}
	r.s.Row(y, r.line)
	r.across.apply(r.rows[slot], r.line, c, w, r.width)
	r.at[slot] = y + 1
	return r.rows[slot]
}

// apply resizes c lines of n to width.
func (t taps) apply(dst, src []float32, c, n, width int) {
	for k := range c {
		in, out := src[k*n:(k+1)*n], dst[k*width:(k+1)*width]
		for x := range out {
			var sum float32
			for j, weight := range t.weights[x] {
				sum = fused(in[t.index(x, j, n)], weight, sum)
			}
			out[x] = sum
		}
	}
}

func bilinearTaps(in, out int) taps {
	t := taps{from: make([]int, out), weights: make([][]float32, out)}
	scale := float32(in) / float32(out)
	for i := range out {
		at := max(fused(scale, float32(i)+0.5, -0.5), 0)
		from := min(int(at), in-1)
		l := min(max(at-float32(from), 0), 1)
		t.from[i], t.weights[i] = from, []float32{1 - l, l}
	}
	return t
}

func bicubicTaps(in, out int) taps {
	const a = float32(-0.75)
	near := func(x float32) float32 { return float32(float32(float32(float32((a+2)*x)-(a+3))*x)*x) + 1 }
	far := func(x float32) float32 {
		return float32(float32(float32(float32(float32(float32(a*x)-5*a)*x)+8*a)*x)) - 4*a
	}
	t := taps{from: make([]int, out), weights: make([][]float32, out)}
	scale := float32(in) / float32(out)
	for i := range out {
		at := fused(scale, float32(i)+0.5, -0.5)
		floor := float32(math.Floor(float64(at)))
		x := min(max(at-floor, 0), 1)
		t.from[i] = int(floor) - 1
		t.weights[i] = []float32{far(x + 1), near(x), near(1 - x), far(2 - x)}
	}
	return t
}

// Smooth resizes with antialiasing as Pillow does: bicubic with a = -0.5 whose
// reach grows as the picture shrinks. What overshoots is kept.
func Smooth(s Source, width, height int) *Raster { return filtered(s, width, height, cubic, 2) }

// Average resizes with antialiasing by straight lines, for masks: nothing overshoots.
func Average(s Source, width, height int) *Raster {
	return filtered(s, width, height, func(x float64) float64 { return max(0, 1-math.Abs(x)) }, 1)
}

func cubic(x float64) float64 {
	const a = -0.5
	switch x = math.Abs(x); {
	case x < 1:
		return ((a+2)*x-(a+3))*x*x + 1
	case x < 2:
		return (((x-5)*x+8)*x - 4) * a
	}
	return 0
}

// filtered resizes first across, then down.
func filtered(s Source, width, height int, f func(float64) float64, reach float64) *Raster {
	c, w, h := s.Size()
	if w == width && h == height {
		return Planes(s)
	}
	across, down := filterTaps(w, width, f, reach), filterTaps(h, height, f, reach)
	r, line, sized := zeros(c, width, height), make([]float32, c*w), make([]float32, c*width)
	// Every row of the input goes to the rows of the output that it has weight in.
	next := 0 // the first output row that is not done
	for y := range h {
		for next < height && down.from[next]+len(down.weights[next]) <= y {
			next++
		}
		s.Row(y, line)
		across.apply(sized, line, c, w, width)
		for i := next; i < height && down.from[i] <= y; i++ {
			j := y - down.from[i]
			if j >= len(down.weights[i]) {
				continue
			}
			weight := down.weights[i][j]
			for k := range c {
				out, in := r.V[(k*height+i)*width:(k*height+i+1)*width], sized[k*width:(k+1)*width]
				for x := range out {
					out[x] = fused(in[x], weight, out[x])
				}
			}
		}
	}
	return r
}

// filterTaps are Pillow's.
func filterTaps(in, out int, f func(float64) float64, reach float64) taps {
	t := taps{from: make([]int, out), weights: make([][]float32, out)}
	scale := float64(in) / float64(out)
	wide := max(scale, 1)
	for i := range out {
		centre := (float64(i) + 0.5) * scale
		from := max(int(centre-reach*wide+0.5), 0)
		to := min(int(centre+reach*wide+0.5), in)
		to = max(to, from+1)
		w, sum := make([]float64, to-from), 0.0
		for j := range w {
			w[j] = f((float64(from+j) - centre + 0.5) / wide)
			sum += w[j]
		}
		t.from[i] = from
		for _, v := range w {
			t.weights[i] = append(t.weights[i], float32(v/sum))
		}
	}
	return t
}

// fused is a*b + c rounded once, as torch's kernels compute it.
func fused(a, b, c float32) float32 { return float32(float64(a)*float64(b) + float64(c)) }
