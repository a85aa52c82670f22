package meta

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"math"

	"cascata/app/disk"
)

// shown are the chunks that a picture needs to look right.
var shown = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true,
	"gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "sBIT": true, "cICP": true,
}

// copyPNG writes a PNG file again without decoding its picture.
func copyPNG(data []byte, t *texts, o ExportOptions) ([]byte, error) {
	out := make([]byte, 0, len(data)+21)
	out = append(out, data[:len(pngMagic)]...)
	for rest := data[len(pngMagic):]; len(rest) >= 12; {
		n := uint64(binary.BigEndian.Uint32(rest))
		if n+12 > uint64(len(rest)) {
			break
		}
		kind := string(rest[4:8])
		if keep := shown[kind] || !o.Strip; keep && (kind != "pHYs" || o.PrintWidthCM == 0) {
			out = append(out, shareableChunk(rest[:n+12])...)
		}
		if kind == "IHDR" && o.PrintWidthCM > 0 {
			out = physical(o.dpi(t.width)).append(out)
		}
		if kind == "IEND" {
			return out, nil
		}
		rest = rest[n+12:]
	}
	return nil, fmt.Errorf("%w: it ends early", disk.ErrNotPicture)
}

// shareableChunk is a whole chunk, its recipe made shareable where it is one of ours.
func shareableChunk(whole []byte) []byte {
	c := Chunk{string(whole[4:8]), whole[8 : len(whole)-4]}
	if key, recipe, ok := c.Text(); ok && key == OurKey {
		if plain := shareable(recipe); plain != recipe {
			return UnicodeChunk(OurKey, plain).append(nil)
		}
	}
	return whole
}

// physical says how dense pixels are (PNG specification, section 11.3.5.3).
func physical(dpi float64) Chunk {
	n := uint32(min(math.Round(dpi/0.0254), math.MaxInt32)) // a metre
	return Chunk{"pHYs", append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, n), n), 1)}
}

func exportPNG(img image.Image, byKey map[string]string, o ExportOptions) ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, err
	}
	var chunks []Chunk
	if o.PrintWidthCM > 0 {
		chunks = append(chunks, physical(o.dpi(img.Bounds().Dx())))
	}
	for _, key := range sorted(byKey) {
		if key == xmpKey || key == OurKey {
			chunks = append(chunks, UnicodeChunk(key, byKey[key]))
		} else if len(key) < 80 {
			chunks = append(chunks, TextChunk(key, byKey[key]))
		}
	}
	return InsertChunks(b.Bytes(), chunks)
}
