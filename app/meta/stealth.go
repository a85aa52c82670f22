package meta

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"image"
	"io"
	"strings"

	"cascata/app/disk"
)

// NovelAI, and an extension of A1111, hide the recipe in the lowest bits of a
// PNG's alpha channel, or of its colours, column by column: fifteen letters
// that say how, the length in bits, and the text.
const (
	stealthPlain  = "stealth_pnginfo"
	stealthPacked = "stealth_pngcomp"
	colourPlain   = "stealth_rgbinfo"
	colourPacked  = "stealth_rgbcomp"
)

// maxStealth bounds the pictures that are decoded for what they hide, pixels.
const maxStealth = 1 << 24

// readStealth adds the texts hidden in a picture. It decodes no more than a row
// of one that hides none.
func readStealth(f disk.File, t *texts) {
	if t.width < 1 || t.height < 1 || t.width > maxStealth/t.height {
		return
	}
	data, bytesAPixel, ok := pixelRows(f)
	if !ok || !beginsHidden(data, t.width, t.height, bytesAPixel) {
		return
	}
	img, err := disk.DecodeStored(f)
	if err != nil {
		return
	}
	switch img := img.(type) {
	case *image.NRGBA:
		hiddenText(&bitReader{pix: img.Pix, stride: img.Stride, height: t.height, channels: []int{3}}, t)
		hiddenText(&bitReader{pix: img.Pix, stride: img.Stride, height: t.height, channels: []int{0, 1, 2}}, t)
	case *image.RGBA:
		hiddenText(&bitReader{pix: img.Pix, stride: img.Stride, height: t.height, channels: []int{0, 1, 2}}, t)
	}
}

// pixelRows is what is packed in a PNG of eight bits a channel, row by row.
func pixelRows(f disk.File) (rows io.Reader, bytesAPixel int, ok bool) {
	size, err := f.Seek(0, io.SeekEnd)
	head := make([]byte, len(pngMagic)+8+13)
	if _, e := f.ReadAt(head, 0); err != nil || e != nil {
		return nil, 0, false
	}
	header := head[len(pngMagic)+8:]
	bytesAPixel = map[byte]int{2: 3, 6: 4}[header[9]]
	if header[8] != 8 || header[12] != 0 || bytesAPixel == 0 {
		return nil, 0, false
	}
	var all []io.Reader
	for at, n := int64(len(pngMagic)), 0; at+12 <= size && n < maxChunks; n++ {
		if _, err := f.ReadAt(head[:8], at); err != nil {
			break
		}
		length := int64(binary.BigEndian.Uint32(head))
		if string(head[4:8]) == "IDAT" {
			all = append(all, io.NewSectionReader(f, at+8, length))
		}
		at += 12 + length
	}
	rows, err = zlib.NewReader(io.MultiReader(all...))
	return rows, bytesAPixel, err == nil
}

// beginsHidden looks at the first column. There a filter adds the pixel above,
// half of it, or nothing (PNG specification, section 9.2).
func beginsHidden(rows io.Reader, width, height, bytesAPixel int) bool {
	row, above := make([]byte, 1+width*bytesAPixel), make([]byte, bytesAPixel)
	possible := map[string][]int{colourPlain: {0, 1, 2}, colourPacked: {0, 1, 2}}
	if bytesAPixel == 4 {
		possible[stealthPlain], possible[stealthPacked] = []int{3}, []int{3}
	}
	for y := 0; y < height && y < 8*len(stealthPlain) && len(possible) > 0; y++ {
		if _, err := io.ReadFull(rows, row); err != nil {
			return false
		}
		for c, v := range row[1 : 1+bytesAPixel] {
			switch row[0] {
			case 2, 4:
				v += above[c]
			case 3:
				v += above[c] / 2
			}
			above[c] = v
		}
		for mark, channels := range possible {
			for k, c := range channels {
				if n := y*len(channels) + k; n < 8*len(mark) && above[c]&1 != mark[n/8]>>(7-n%8)&1 {
					delete(possible, mark)
					break
				}
			}
		}
	}
	return len(possible) > 0
}

// A bitReader reads the lowest bits of some channels of four, down the columns.
type bitReader struct {
	pix            []byte
	stride, height int
	channels       []int
	at             int
}

// read is the next n bytes, fewer where the picture ends.
func (b *bitReader) read(n int) []byte {
	out := make([]byte, 0, min(n, len(b.pix)))
	for ; n > 0; n-- {
		var v byte
		for range 8 {
			pixel, c := b.at/len(b.channels), b.channels[b.at%len(b.channels)]
			place := pixel%b.height*b.stride + pixel/b.height*4 + c
			if pixel/b.height*4 >= b.stride || place >= len(b.pix) {
				return out
			}
			v = v<<1 | b.pix[place]&1
			b.at++
		}
		out = append(out, v)
	}
	return out
}

func hiddenText(b *bitReader, t *texts) {
	mark, size := string(b.read(len(stealthPlain))), b.read(4)
	wide := len(b.channels) == 3
	plain, packed := mark == stealthPlain && !wide || mark == colourPlain && wide, mark == stealthPacked && !wide || mark == colourPacked && wide
	if len(size) < 4 || !plain && !packed {
		return
	}
	n := int(binary.BigEndian.Uint32(size)) / 8
	data := b.read(min(n, maxText))
	if len(data) < n {
		return
	}
	if packed {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return
		}
		if data, err = io.ReadAll(io.LimitReader(z, maxText+1)); err != nil || len(data) > maxText {
			return
		}
	}
	addHidden(strings.TrimSpace(pngLatin(data)), t)
}

// addHidden adds the texts that NovelAI would write into chunks, or that of
// A1111.
func addHidden(text string, t *texts) {
	var byKey map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &byKey) != nil {
		t.add(paramsKey, text)
		return
	}
	for _, key := range sorted(byKey) {
		if s, ok := scalar(byKey[key]); ok {
			t.add(key, s)
		} else {
			t.add(key, compact(byKey[key]))
		}
	}
}
