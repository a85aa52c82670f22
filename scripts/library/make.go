package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cascata/app/meta"
	"cascata/app/recipe"
)

// Words that prompts are made of.
var (
	subjects = strings.Fields("lighthouse fox heron cathedral orchard steamer violin market glacier tram bakery comet lantern ferry harbour meadow clocktower observatory greenhouse raven tiger waterfall desert library workshop carousel windmill whale forest village robot dancer sailor astronaut gardener")
	places   = strings.Split("on a cliff|in fresh snow|by the sea|under the northern lights|in a narrow street|above the clouds|at the edge of a forest|in an abandoned station|behind a waterfall|on a rooftop|inside a glass dome|between tall reeds", "|")
	lights   = strings.Split("dusk|golden hour|blue hour|overcast|moonlight|hard noon sun|candlelight|fog|storm light|neon", "|")
	media    = strings.Split("gouache|oil painting|watercolour|linocut|pencil sketch|photograph, 35 mm|pastel|woodblock print|ink wash|matte painting", "|")
	extras   = strings.Split("warm window light|calm sea|long shadows|limited palette|rough paper|shallow depth of field|wide angle|symmetry|quiet mood|heavy grain|bold outlines|soft edges", "|")
	negative = strings.Split("|text, frame|blurry|people|low contrast, noise|", "|")
	models   = strings.Split("stable-cascade|stable-cascade-lite|demo", "|")
)

// A maker invents pictures. The same seed invents the same ones.
type maker struct {
	rng    *rand.Rand
	bodies [][]byte // encoded pictures without texts
	names  []string // of the newest pictures, for parents
}

func makePictures(args []string) error {
	f := flag.NewFlagSet("make", flag.ContinueOnError)
	n := f.Int("n", 100_000, "how many")
	side := f.Int("side", 64, "pixels of the longer side")
	seed := f.Uint64("seed", 1, "of the inventions")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() != 1 || *n < 1 || *side < 2 {
		return fmt.Errorf("name the folder to fill")
	}
	m := &maker{rng: rand.New(rand.NewPCG(*seed, 0x6c6962))}
	for range 300 {
		var b bytes.Buffer
		if err := png.Encode(&b, m.picture(*side)); err != nil {
			return err
		}
		m.bodies = append(m.bodies, b.Bytes())
	}
	dir := f.Arg(0)
	for _, d := range []string{dir, filepath.Join(dir, recipe.DraftsFolder)} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	start, total := time.Now(), 0
	at := start.Add(-time.Duration(*n) * 5 * time.Minute)
	for i := range *n {
		at = at.Add(5 * time.Minute)
		size, err := m.save(dir, i, at)
		if err != nil {
			return err
		}
		total += size
	}
	fmt.Printf("%d pictures, %d MB, in %.1f s\n", *n, total>>20, time.Since(start).Seconds())
	return nil
}

func one(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// save writes picture i: one in ten a draft, one in ten of another program,
// three in ten made from an earlier one.
func (m *maker) save(dir string, i int, at time.Time) (size int, err error) {
	r := m.rng
	made := recipe.Embedded{Version: 1, Program: "Cascata " + recipe.Version}
	made.Prompt = fmt.Sprintf("a %s %s, %s, %s, %s, %s, study %d", one(r, subjects), one(r, places), one(r, lights), one(r, media), one(r, extras), one(r, extras), i)
	made.Negative, made.Model = one(r, negative), one(r, models)
	made.Steps, made.DecoderSteps, made.Guidance = 10+r.IntN(30), 4+r.IntN(16), float64(r.IntN(16))/2
	made.Seed, made.Width, made.Height = r.Uint64(), 1024, 1024
	made.DecoderSeed = made.Seed
	made.Draft = r.IntN(10) == 0
	if len(m.names) > 0 && r.IntN(10) < 3 {
		made.Parent = m.names[len(m.names)-1-r.IntN(min(5, len(m.names)))]
	}
	text := fmt.Sprintf("%s\nNegative prompt: %s\nSteps: %d, Sampler: DDPM Wuerstchen, CFG scale: %g, Seed: %d, Size: 1024x1024, Model: %s",
		made.Prompt, made.Negative, made.Steps, made.Guidance, made.Seed, made.Model)
	chunks := []meta.Chunk{meta.TextChunk("parameters", text)}
	if r.IntN(10) != 0 {
		whole, err := json.Marshal(made)
		if err != nil {
			return 0, err
		}
		chunks = append(chunks, meta.UnicodeChunk("cascata", string(whole)))
	}
	data, err := meta.InsertChunks(m.bodies[r.IntN(len(m.bodies))], chunks)
	if err != nil {
		return 0, err
	}
	name := fmt.Sprintf("%s seed %d.png", at.Format("2006-01-02 15.04.05"), made.Seed)
	path := filepath.Join(dir, name)
	if made.Draft {
		path = filepath.Join(dir, recipe.DraftsFolder, name)
	}
	if m.names = append(m.names, name); len(m.names) > 50 {
		m.names = m.names[40:]
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return 0, err
	}
	return len(data), os.Chtimes(path, at, at)
}

// picture draws a sky, a sea and a sun, so that thumbnails differ.
func (m *maker) picture(side int) image.Image {
	r := m.rng
	w, h := side, side
	switch r.IntN(4) {
	case 0:
		w = side * 3 / 4
	case 1:
		h = side * 3 / 4
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	top, low, sea := shade(r), shade(r), shade(r)
	sunX, sunY, radius, horizon := r.IntN(w), r.IntN(h/2+1), 1+side/12, h*(5+r.IntN(4))/10
	for y := range h {
		for x := range w {
			c := mix(top, low, y, horizon)
			if y >= horizon {
				c = sea
			}
			if dx, dy := x-sunX, y-sunY; dx*dx+dy*dy < radius*radius {
				c = color.RGBA{255, 230, 170, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func shade(r *rand.Rand) color.RGBA {
	return color.RGBA{uint8(30 + r.IntN(200)), uint8(30 + r.IntN(200)), uint8(30 + r.IntN(200)), 255}
}

// mix goes from a at 0 to b at n.
func mix(a, b color.RGBA, i, n int) color.RGBA {
	i = min(i, n)
	f := func(a, b uint8) uint8 { return uint8((int(a)*(n-i) + int(b)*i) / max(n, 1)) }
	return color.RGBA{f(a.R, b.R), f(a.G, b.G), f(a.B, b.B), 255}
}
