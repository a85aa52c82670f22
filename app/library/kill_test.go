package library

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cascata/app/disk"
	"cascata/app/meta"
	"cascata/app/recipe"
)

// TestKill kills a program that saves, deletes, restores, tags and looks
// through its folders, all at once, at 100 random moments. CASCATA_KILLS
// changes how many. Afterwards each time no finished picture may be lost, no
// half file visible, and the index must be whole.
func TestKill(t *testing.T) {
	const child = "CASCATA_KILL_CHILD"
	if root := os.Getenv(child); root != "" {
		killChild(root)
	}
	kills := 100
	if s := os.Getenv("CASCATA_KILLS"); s != "" {
		var err error
		if kills, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	} else if testing.Short() {
		kills = 5
	}
	root := t.TempDir()
	journal := &killed{t: t, root: root, saved: map[uint64]bool{}, trashed: map[uint64]bool{}, stars: map[uint64]int{}}
	for n := range kills {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKill$")
		cmd.Env = append(os.Environ(), child+"="+root)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if !lines.Scan() || lines.Text() != "ready" {
			t.Fatalf("kill %d: the child said %q", n, lines.Text())
		}
		for saved := len(journal.saved); n%2 == 0 && saved == len(journal.saved) && lines.Scan(); { // every other time not before a picture was saved
			journal.hear(lines.Text())
		}
		kill := time.AfterFunc(time.Duration(rand.IntN(250_000))*time.Microsecond, func() { cmd.Process.Kill() })
		for lines.Scan() {
			journal.hear(lines.Text())
		}
		kill.Stop()
		if err := cmd.Wait(); err == nil {
			t.Fatalf("kill %d: the child ended by itself", n)
		}
		journal.look(n)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d pictures saved, %d of them trashed at least once, %d rated", len(journal.saved), len(journal.trashed), len(journal.stars))
	if len(journal.saved) < kills/2 {
		t.Error("too few pictures were saved for the test to mean anything")
	}
}

func killLibrary(root string) Params {
	return Params{
		State: filepath.Join(root, "state"), Cache: filepath.Join(root, "cache"), Trash: filepath.Join(root, "Trash"),
		Pictures: func() string { return filepath.Join(root, "pictures") }, Read: meta.Read,
	}
}

// killChild works until it is killed, and says what is done.
func killChild(root string) {
	p := killLibrary(root)
	p.Watch = true
	l, aside, err := Open(p)
	if err != nil || aside.File != "" {
		fmt.Println("not opened:", aside, err)
		os.Exit(1)
	}
	var mu sync.Mutex // one line at a time
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf(format+"\n", args...) // one write, not buffered
	}
	die := func(err error) {
		if err != nil {
			say("error %v", err)
			os.Exit(1)
		}
	}
	some := func() (p Picture, ok bool) {
		ids, err := l.Find(Query{})
		die(err)
		if len(ids) == 0 {
			return p, false
		}
		found, err := l.Get(ids[rand.IntN(len(ids))])
		die(err)
		if len(found) == 0 {
			return p, false
		}
		return found[0], true
	}
	say("ready")
	go func() {
		img := image.NewRGBA(image.Rect(0, 0, 64, 64))
		for i := range img.Pix {
			img.Pix[i] = byte(rand.Int())
		}
		for {
			m := testRecipe("killed")
			m.Seed = rand.Uint64()
			data, err := recipe.EncodePicture(img, m, nil)
			die(err)
			file, err := disk.SaveNew(p.Pictures(), data, recipe.FileName("", m.Recipe, time.Now()))
			die(err)
			say("saved %d", m.Seed)
			if _, err = l.Add(file); !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errGone) { // trashed at once
				die(err)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	go func() {
		for {
			if p, ok := some(); ok {
				say("trashing %d", p.Seed)
				gone, err := l.Trash(p.ID)
				die(err)
				if rand.IntN(2) == 0 {
					die(l.Restore(gone))
				}
			}
			time.Sleep(15 * time.Millisecond)
		}
	}()
	go func() {
		for {
			if p, ok := some(); ok {
				n := 1 + rand.IntN(5)
				say("rating %d %d", p.Seed, n)
				die(l.SetStars(n, p.ID))
				say("rated %d %d", p.Seed, n)
				die(l.Tag("tag", rand.IntN(2) == 0, p.ID))
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	for {
		_, err := l.Rescan(context.Background(), nil)
		die(err)
		time.Sleep(10 * time.Millisecond)
	}
}

// killed is what children said of their work, by the seeds of pictures.
type killed struct {
	t              *testing.T
	root           string
	saved, trashed map[uint64]bool
	stars          map[uint64]int // 0: one of two, since it was killed while it rated
}

func (k *killed) hear(line string) {
	words := strings.Fields(line)
	var seed uint64
	if len(words) > 1 {
		seed, _ = strconv.ParseUint(words[1], 10, 64)
	}
	switch {
	case len(words) == 2 && words[0] == "saved":
		k.saved[seed] = true
	case len(words) == 2 && words[0] == "trashing":
		k.trashed[seed] = true
	case len(words) == 3 && words[0] == "rating":
		k.stars[seed] = 0
	case len(words) == 3 && words[0] == "rated":
		k.stars[seed], _ = strconv.Atoi(words[2])
	default:
		k.t.Errorf("the child said %q", line)
	}
}

func (k *killed) look(n int) {
	p := killLibrary(k.root)
	l, aside, err := Open(p)
	if err != nil || aside.File != "" {
		k.t.Fatalf("kill %d: aside %+v, error %v", n, aside, err)
	}
	defer l.Close()
	if _, err := l.Rescan(context.Background(), nil); err != nil {
		k.t.Fatalf("kill %d: %v", n, err)
	}
	if wrong, err := l.Check(context.Background()); err != nil || len(wrong) > 0 {
		k.t.Errorf("kill %d: %q, error %v", n, wrong, err)
	}
	there := k.files(n, p.Pictures())
	trash := k.files(n, filepath.Join(p.Trash, "files"))
	for seed := range k.saved {
		if !there[seed] && !trash[seed] || !there[seed] && !k.trashed[seed] {
			k.t.Errorf("kill %d: the picture of seed %d is lost", n, seed)
		}
	}
	ids, err := l.Find(Query{})
	if err != nil {
		k.t.Fatal(err)
	}
	pictures, err := l.Get(ids...)
	if err != nil {
		k.t.Fatal(err)
	}
	if len(pictures) != len(there) {
		k.t.Errorf("kill %d: the library shows %d pictures of %d", n, len(pictures), len(there))
	}
	for _, p := range pictures {
		if want := k.stars[p.Seed]; want != 0 && want != p.Stars && !k.trashed[p.Seed] {
			k.t.Errorf("kill %d: seed %d has %d stars, want %d", n, p.Seed, p.Stars, want)
		}
	}
}

// files are the pictures below dir by their seeds; each must be whole.
func (k *killed) files(n int, dir string) map[uint64]bool {
	seeds := map[uint64]bool{}
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || hidden(path) || !PictureFile(path) {
			return nil
		}
		m, err := recipe.ReadEmbedded(path)
		if err == nil {
			_, err = disk.ReadPicture(path)
		}
		if err != nil {
			k.t.Errorf("kill %d: a half file %s: %v", n, path, err)
		}
		seeds[m.Seed] = true
		return nil
	})
	return seeds
}
