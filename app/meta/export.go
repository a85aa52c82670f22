package meta

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"

	"cascata/app/disk"

	"github.com/HugoSmits86/nativewebp"
)

// A Format is a kind of picture file that Export writes.
type Format string

// The formats.
const (
	PNG  Format = "png"
	JPEG Format = "jpeg"
	WebP Format = "webp" // without loss
)

// ExportOptions say how a picture is given away.
type ExportOptions struct {
	Format       Format
	Quality      int     // of a JPEG, 1 to 100; 0 is 90
	Strip        bool    // nothing but the picture: no prompt, no settings, no mark, no composition
	PrintWidthCM float64 // how wide it is printed, centimetres; 0 says nothing
}

// errTooLong marks a recipe that a JPEG file cannot hold.
var errTooLong = errors.New("the prompts are too long for a JPEG file; export a PNG or WebP file, or without the recipe")

// Export writes the picture in src to dst, in another format if need be, with
// what src says of itself as far as the format can hold it, but for the folders
// a model lies in. A PNG is not coded again when a PNG is asked for. dst is whole or absent, and is
// replaced. Errors of src wrap disk.ErrNotPicture or are those of disk.Open.
func Export(dst, src string, o ExportOptions) error {
	data, err := convert(src, o)
	if err != nil {
		return fmt.Errorf("export %s: %w", src, err)
	}
	return writeFile(dst, data)
}

// convert is Export into memory.
func convert(src string, o ExportOptions) ([]byte, error) {
	data, err := disk.ReadBytes(src)
	if err != nil {
		return nil, err
	}
	t, err := readTexts(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	switch {
	case o.PrintWidthCM < 0 || o.PrintWidthCM > 10_000 || math.IsNaN(o.PrintWidthCM):
		return nil, fmt.Errorf("a print of %g cm; choose from 0 to 10000", o.PrintWidthCM)
	case o.Format == PNG && t.format == "png":
		return copyPNG(data, t, o)
	}
	if err := disk.CheckPixels(t.width, t.height); err != nil {
		return nil, fmt.Errorf("%w: %w; a PNG file can be exported as PNG", disk.ErrNotPicture, err)
	}
	img, err := disk.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	byKey := t.written()
	if recipe, ok := byKey[OurKey]; ok {
		byKey[OurKey] = shareable(recipe)
	}
	if o.Strip {
		byKey = nil
	}
	switch o.Format {
	case PNG:
		return exportPNG(img, byKey, o)
	case JPEG:
		return exportJPEG(img, byKey, o)
	case WebP:
		return exportWebP(img, byKey, o)
	}
	return nil, fmt.Errorf("no such format: %q", o.Format)
}

// written are the texts that the file was given, without what was read out of them.
func (t *texts) written() map[string]string {
	byKey := map[string]string{}
	for key, text := range t.byKey {
		if len(key) < 4 || key[:4] != "xmp:" {
			byKey[key] = text
		}
	}
	return byKey
}

func (o ExportOptions) dpi(width int) float64 {
	if o.PrintWidthCM == 0 {
		return 0
	}
	return float64(width) / (o.PrintWidthCM / 2.54)
}

func exportJPEG(img image.Image, byKey map[string]string, o ExportOptions) ([]byte, error) {
	if o.Quality == 0 {
		o.Quality = 90
	}
	if o.Quality < 1 || o.Quality > 100 {
		return nil, fmt.Errorf("quality %d; choose from 1 to 100", o.Quality)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, opaque(img), &jpeg.Options{Quality: o.Quality}); err != nil {
		return nil, err
	}
	var segments [][]byte
	dpi := o.dpi(img.Bounds().Dx())
	if dpi > 0 {
		segments = append(segments, jfif(dpi))
	}
	if block := exif(byKey[paramsKey], dpi); block != nil {
		s := segment(0xe1, exifMagic, block)
		if s == nil {
			return nil, errTooLong
		}
		segments = append(segments, s)
	}
	packet, err := fitting(byKey, maxSegment-len(xmpMagic))
	if err != nil {
		return nil, err
	}
	if packet != "" {
		segments = append(segments, segment(0xe1, xmpMagic, []byte(packet)))
	}
	return insertSegments(b.Bytes(), segments...), nil
}

func exportWebP(img image.Image, byKey map[string]string, o ExportOptions) ([]byte, error) {
	b := img.Bounds()
	if b.Dx() > 1<<14 || b.Dy() > 1<<14 {
		return nil, fmt.Errorf("the picture is larger than a WebP file can be, which is 16384 by 16384 pixels")
	}
	var data bytes.Buffer
	if err := nativewebp.Encode(&data, img, nil); err != nil {
		return nil, err
	}
	block := exif(byKey[paramsKey], o.dpi(b.Dx()))
	packet, err := fitting(byKey, maxTotal)
	if err != nil || block == nil && packet == "" {
		return data.Bytes(), err
	}
	return extendWebP(data.Bytes(), b.Dx(), b.Dy(), block, []byte(packet))
}

// fitting is an XMP packet of at most limit bytes with the texts of a file: the
// file's own where that and the comment of EXIF say everything. A foreign
// program's longest texts, which are workflows, are left out where there is no
// room; a recipe never is.
func fitting(byKey map[string]string, limit int) (string, error) {
	kept := maps.Clone(byKey)
	maps.DeleteFunc(kept, func(key, _ string) bool { return key == xmpKey || key == paramsKey })
	if len(kept) == 0 && len(byKey[xmpKey]) <= limit {
		return byKey[xmpKey], nil
	}
	maps.Copy(kept, byKey)
	mark := strings.Contains(byKey[xmpKey], "trainedAlgorithmicMedia")
	for {
		packet, err := xmpWith(kept, mark)
		if err != nil || len(packet) <= limit {
			return packet, err
		}
		longest := ""
		for _, key := range sorted(kept) {
			if key != OurKey && key != paramsKey && len(kept[key]) > len(kept[longest]) {
				longest = key
			}
		}
		if longest == "" {
			return "", errTooLong
		}
		delete(kept, longest)
	}
}

// opaque puts a picture on white where it can be seen through.
func opaque(img image.Image) image.Image {
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() {
		return img
	}
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Over)
	return out
}

// writeFile writes a temporary file, syncs and renames it.
func writeFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".cascata-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // does nothing once renamed
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}
