package canny

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"testing"

	"cascata/inference/inferencetest"
	"cascata/inference/raster"
	"cascata/inference/safetensors"
)

const golden = "../testdata/golden/pictures/"

// The edges are OpenCV's, pixel for pixel, and the map the official filter's.
func TestEdges(t *testing.T) {
	f, err := safetensors.Open(golden + "raster.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"wide", "tall", "square"} {
		p := raster.RGB(inferencetest.ReadPNG(t, golden+name+".png"))
		found := Map(raster.Planes(p), Low, High)
		if want := inferencetest.ReadPNG(t, golden+name+".edges.png").(*image.Gray); !bytes.Equal(found.Pix, want.Pix) {
			n := 0
			for i, v := range found.Pix {
				if v != want.Pix[i] {
					n++
				}
			}
			t.Errorf("%s: %d of %d pixels differ", name, n, len(want.Pix))
		}
		_, w, h := p.Size()
		want, err := f.Floats(name + ".canny")
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range raster.Bilinear(raster.Gray(found), w, h).V {
			if math.Abs(float64(v-want[i])) > 1e-6 {
				t.Fatalf("%s: the map is %g at %d, want %g", name, v, i, want[i])
			}
		}
	}
}

func TestEdgesOfNoise(t *testing.T) {
	img := inferencetest.ReadPNG(t, golden+"noise.png")
	b := img.Bounds()
	var rgb []uint8
	for y := range b.Dy() {
		for x := range b.Dx() {
			c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
			rgb = append(rgb, c.R, c.G, c.B)
		}
	}
	for name, at := range map[string][2]int{"noise.edges": {Low, High}, "noise.edges.30.400": {30, 400}, "noise.edges.380.150": {380, 150}} {
		if !bytes.Equal(edges(rgb, b.Dx(), b.Dy(), at[0], at[1]).Pix, inferencetest.ReadPNG(t, golden+name+".png").(*image.Gray).Pix) {
			t.Errorf("%s: the edges differ from OpenCV's", name)
		}
	}
	for _, v := range edges(rgb, b.Dx(), b.Dy(), Highest, Highest).Pix {
		if v != 0 {
			t.Fatal("there is an edge above the highest threshold")
		}
	}
}

// Flat and tiny pictures have no edges.
func TestNoEdges(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 9}, {9, 1}, {5, 5}} {
		for _, v := range edges(make([]uint8, 3*size[0]*size[1]), size[0], size[1], 100, 200).Pix {
			if v != 0 {
				t.Errorf("%v: an edge", size)
			}
		}
	}
}
