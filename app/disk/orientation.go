package disk

import (
	"encoding/binary"
	"image"
)

// Cameras and phones store a picture as the sensor saw it, and beside it how
// they were held: EXIF's orientation, 1 (as it is) to 8 (Exif 2.32, section
// 4.6.4). What is damaged or missing is 1.

// Limits on what is looked through for it.
const (
	maxMarkers   = 1000    // of a JPEG file, before the picture
	maxEXIF      = 1 << 16 // bytes of EXIF: what a JPEG segment holds
	maxDirectory = 1000    // entries
)

const tagOrientation = 0x0112

// orientation is that of a file of a format and a size.
func orientation(f File, format string, size int64) int {
	switch format {
	case "jpeg":
		return jpegOrientation(f, size)
	case "png":
		return chunkOrientation(f, int64(len(pngMagic)), size, 12, func(head []byte) (string, uint32) {
			return string(head[4:]), binary.BigEndian.Uint32(head)
		}, "eXIf")
	case "webp":
		return chunkOrientation(f, headSize, size, 8, func(head []byte) (string, uint32) {
			n := binary.LittleEndian.Uint32(head[4:])
			return string(head[:4]), n + n&1
		}, "EXIF")
	}
	return 1
}

func jpegOrientation(f File, size int64) int {
	head := make([]byte, 4)
	for at, n := int64(2), 0; n < maxMarkers && at+4 <= size; n++ {
		if _, err := f.ReadAt(head, at); err != nil || head[0] != 0xff {
			return 1
		}
		length := int64(binary.BigEndian.Uint16(head[2:]))
		switch {
		case head[1] == 0xff: // a fill byte
			at++
			continue
		case head[1] == 0xda || head[1] == 0xd9 || length < 2: // the picture itself
			return 1
		case head[1] == 0xe1:
			if o := exifAt(f, at+4, length-2); o > 0 {
				return o
			}
		}
		at += 2 + length
	}
	return 1
}

// chunkOrientation looks through chunks of 8 bytes before and in all extra bytes
// around their data.
func chunkOrientation(f File, at, size, extra int64, read func(head []byte) (kind string, length uint32), want string) int {
	head := make([]byte, 8)
	for n := 0; n < maxChunks && at+extra <= size; n++ {
		if _, err := f.ReadAt(head, at); err != nil {
			return 1
		}
		kind, length := read(head)
		if kind == want {
			return max(1, exifAt(f, at+8, int64(length)))
		}
		at += extra + int64(length)
	}
	return 1
}

// exifAt reads the orientation out of EXIF of this many bytes, 0 where that says none.
func exifAt(f File, at, length int64) int {
	data := make([]byte, min(length, maxEXIF))
	n, _ := f.ReadAt(data, at)
	if data = data[:n]; len(data) >= 6 && string(data[:6]) == "Exif\x00\x00" {
		data = data[6:]
	}
	if len(data) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	switch string(data[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
	default:
		return 0
	}
	first := uint64(order.Uint32(data[4:]))
	if first+2 > uint64(len(data)) {
		return 0
	}
	entries := data[first+2:]
	for k := range min(int(order.Uint16(data[first:])), maxDirectory, len(entries)/12) {
		e := entries[12*k:]
		if order.Uint16(e) == tagOrientation {
			if o := int(order.Uint16(e[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 0
		}
	}
	return 0
}

// upright is a picture as it was seen, of how the camera was held.
func upright(img image.Image, orientation int) image.Image {
	if orientation == 1 {
		return img
	}
	src := RGBA(img)
	w, h := src.Rect.Dx(), src.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sx, sy := x, y
			if orientation >= 5 {
				sx, sy = y, x
			}
			if orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8 {
				sx = w - 1 - sx
			}
			if orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7 {
				sy = h - 1 - sy
			}
			copy(out.Pix[out.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):])
		}
	}
	return out
}
