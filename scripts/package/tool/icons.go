package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"golang.org/x/image/draw"
)

// Sizes in pixels: those of the hicolor theme, and those of a Windows icon.
var (
	themeSizes = []int{16, 22, 24, 32, 48, 64, 96, 128, 256, 512}
	icoSizes   = []int{16, 24, 32, 48, 64, 128, 256}
)

// icons writes FOLDER/SIZExSIZE.png for every size, and FOLDER/cascata.ico.
func icons(file, folder string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	source, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, n := range themeSizes {
		b, err := scaled(source, n)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%dx%d.png", n, n)), b, 0o644); err != nil {
			return err
		}
	}
	b, err = ico(source)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "cascata.ico"), b, 0o644)
}

func scaled(source image.Image, n int) ([]byte, error) {
	to := image.NewNRGBA(image.Rect(0, 0, n, n))
	draw.CatmullRom.Scale(to, to.Bounds(), source, source.Bounds(), draw.Src, nil)
	var b bytes.Buffer
	err := png.Encode(&b, to)
	return b.Bytes(), err
}

// ico is a Windows icon whose images are PNGs, which Windows reads since Vista:
// a header of 6 bytes, an entry of 16 bytes for each image, the images. A side
// of 256 is written as 0.
func ico(source image.Image) ([]byte, error) {
	var head, body bytes.Buffer
	binary.Write(&head, binary.LittleEndian, []uint16{0, 1, uint16(len(icoSizes))})
	for _, n := range icoSizes {
		b, err := scaled(source, n)
		if err != nil {
			return nil, err
		}
		head.Write([]byte{byte(n), byte(n), 0, 0, 1, 0, 32, 0})
		binary.Write(&head, binary.LittleEndian, []uint32{uint32(len(b)), uint32(6 + 16*len(icoSizes) + body.Len())})
		body.Write(b)
	}
	return append(head.Bytes(), body.Bytes()...), nil
}
