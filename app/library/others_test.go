package library

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cascata/app/disk"
	"cascata/app/meta"
)

// saying is a PNG file with these texts, one after another key and text.
func saying(t *testing.T, texts ...string) []byte {
	t.Helper()
	data, err := disk.PNG(image.NewRGBA(image.Rect(0, 0, 6, 4)))
	if err != nil {
		t.Fatal(err)
	}
	var chunks []meta.Chunk
	for k := 0; k < len(texts); k += 2 {
		chunks = append(chunks, meta.UnicodeChunk(texts[k], texts[k+1]))
	}
	if data, err = meta.InsertChunks(data, chunks); err != nil {
		t.Fatal(err)
	}
	return data
}

func (s *shelf) put(name string, data []byte) {
	s.t.Helper()
	s.must(os.MkdirAll(filepath.Dir(filepath.Join(s.dir, name)), 0o755))
	s.must(os.WriteFile(filepath.Join(s.dir, name), data, 0o644))
}

// Pictures are known by their first bytes where their name does not tell.
func TestLibraryKnowsPicturesByTheirBytes(t *testing.T) {
	s := newShelf(t)
	var b bytes.Buffer
	s.must(jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 5, 5)), nil))
	for k, name := range []string{"a.jfif", "b.JPE", "no ending", "d.png_large", "sub/e.img", "f.gif"} {
		s.put(name, append(b.Bytes(), byte(k))) // else they would be copies
	}
	s.put(".hidden", b.Bytes())
	s.put("words", []byte("no picture at all"))
	s.put("short", []byte{0xff, 0xd8})
	s.put("empty", nil)
	s.put("model.safetensors", b.Bytes()) // is not looked at
	if got, want := s.scan(), (Scan{Files: 6, Added: 6}); got != want {
		t.Errorf("got %+v want %+v", got, want)
	}
	s.shows(Query{Sort: ByName}, "a.jfif", "b.JPE", "d.png_large", "e.img", "f.gif", "no ending")
	if got, want := s.scan(), (Scan{Files: 6}); got != want {
		t.Errorf("again: got %+v want %+v", got, want)
	}
	for path, want := range map[string]bool{"no ending": true, "words": false, "sub": false, "missing": false, "a.jfif": true} {
		if got := PictureFile(filepath.Join(s.dir, path)); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

// Words that no reader takes find their picture.
func TestLibraryFindsOtherTexts(t *testing.T) {
	s := newShelf(t)
	const settings = "\nNegative prompt: fog\nSteps: 19, Sampler: Euler a, CFG scale: 5.5, Seed: 7, Size: 8x8, ADetailer prompt: \"a cobbler\", ADetailer negative prompt: \"gravel\""
	s.put("caption.png", saying(t, "parameters", "Light: soft, Mood: calm", "Title", "水車小屋 at dusk"))
	s.put("foreign.png", saying(t, "parameters", "a mill"+settings, "Comment", "bought in Ghent "+string(bytes.Repeat([]byte("x"), 300))))
	s.add("ours.png", testRecipe("a mill"))
	s.scan()
	for text, want := range map[string]string{"calm": "caption.png", "水車": "caption.png", "duSK light": "caption.png", "ghent": "foreign.png", "mill euler": "foreign.png", "cobbler fog": "foreign.png",
		"gravel": "foreign.png", "mill -ghent": "ours.png", "mill -euler": "ours.png", `"in ghent"`: "foreign.png"} {
		s.shows(Query{Text: text}, want)
	}
	s.shows(Query{Text: "xxx"})
	if got := s.names(Query{Text: "mill -gravel", Sort: ByName}); len(got) != 2 {
		t.Errorf("what is left out of a picture keeps it out: %q", got)
	}
	s.well()
	s.must(os.WriteFile(filepath.Join(s.dir, "caption.png"), saying(t, "Title", "another one"), 0o644))
	s.scan()
	s.shows(Query{Text: "calm"})
	s.shows(Query{Text: "another"}, "caption.png")
	s.must(os.Remove(filepath.Join(s.dir, "caption.png")))
	s.scan()
	s.well()
}

// An index that knows no other texts yet gets them.
func TestLibraryReadsOtherTextsOnce(t *testing.T) {
	s := newShelf(t)
	newest := librarySchema
	t.Cleanup(func() { librarySchema = newest })
	s.must(s.Close())
	s.must(os.Remove(s.indexPath()))
	librarySchema = newest[:2]
	l, _, err := Open(s.params)
	s.must(err)
	var id int64
	s.put("caption.png", saying(t, "Title", "a cobbler"))
	s.must(l.write.QueryRow(`INSERT INTO pictures (file, name, bytes, made, width, height, pixels, program, model, parent, seed, steps, decoder_steps, stars, draft, imported, key, prompt, negative)
		VALUES (?, 'caption.png', 1, 1, 6, 4, 24, 'unknown', 0, '', 0, 0, 0, 3, 0, 0, x'00', '', '') RETURNING id`, filepath.Join(s.dir, "caption.png")).Scan(&id))
	_, err = l.write.Exec("UPDATE pictures SET family = id")
	s.must(err)
	s.must(l.Close())
	librarySchema = newest
	s.open()
	s.scan()
	s.shows(Query{Text: "cobbler stars:3"}, "caption.png")
	s.well()
}

// A picture whose texts are damaged is shown.
func TestLibraryShowsPicturesWithDamagedTexts(t *testing.T) {
	s := newShelf(t)
	data := saying(t, "parameters", "a mill")
	at := bytes.Index(data, []byte("a mill"))
	data[at] ^= 1 // the sum is wrong by now
	s.put("a.png", data)
	noEnd := saying(t, "Title", "cut behind the picture")
	s.put("b.png", noEnd[:len(noEnd)-12])
	var b bytes.Buffer
	s.must(jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 5, 5)), nil))
	s.put("c.jpg", append([]byte{0xff, 0xd8, 0, 0, 0x12, 0xff, 0}, b.Bytes()[2:]...))
	if got, want := s.scan(), (Scan{Files: 3, Added: 3}); got != want {
		t.Errorf("got %+v want %+v", got, want)
	}
	ids, err := s.Find(Query{})
	s.must(err)
	pictures, err := s.Get(ids...)
	s.must(err)
	for _, p := range pictures {
		if _, err := s.Thumb(p); err != nil {
			t.Errorf("%s: %v", p.File, err)
		}
	}
	s.shows(Query{Text: "behind"}, "b.png")
	huge := binary.BigEndian.AppendUint32(nil, 1<<15)
	wide := saying(t)
	copy(wide[16:], huge)
	s.put("d.png", wide)
	if _, err := disk.ReadPicture(filepath.Join(s.dir, "d.png")); err == nil {
		t.Error("a damaged header is taken")
	}
}

// Every word of a text that no reader takes finds its picture.
func TestLibraryFindsEveryWord(t *testing.T) {
	s := newShelf(t)
	texts := []string{
		"Light: soft, Mood: calm; (golden:1.2) <lora:sea:0.7> {spring|autumn}", "мельница у ручья, туман", "ο μύλος δίπλα στο ρυάκι", "水車小屋と小川、夕暮れ", "풍차와 시냇물",
		"טחנת רוח ליד נחל", "طاحونة بجانب جدول", "โรงสีไม้ริมลำธาร", "लकड़ी की चक्की", "moulin à café, Straße nach Köln", "a 🦊 and a 🏞", "e=mc2 50% C:\\dir\\new x_y-z",
	}
	for k, text := range texts {
		s.put(string(rune('a'+k))+".png", saying(t, []string{"parameters", "Comment", "Description", "xmp", "prompt", "workflow"}[k%6], text))
	}
	s.scan()
	for k, text := range texts {
		for word := range strings.FieldsSeq(text) {
			if match(word) == "" {
				continue // signs alone
			}
			if got := s.names(Query{Text: `"` + word + `"`}); !slices.Contains(got, string(rune('a'+k))+".png") {
				t.Errorf("%q of %q finds %q", word, text, got)
			}
		}
	}
}
