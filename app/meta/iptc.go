package meta

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// iptcKeys name the records of IPTC's Information Interchange Model (version
// 4.2, section 6) that people write; others are named by their number.
var iptcKeys = map[byte]string{
	5: "Title", 25: "Keywords", 40: "Instructions", 80: "Author", 90: "City", 95: "State", 101: "Country", 105: "Headline", 110: "Credit", 115: "Source",
	116: "Copyright", 120: "Caption", 122: "CaptionWriter",
}

// readIPTC collects the texts of a block of records. What is damaged is skipped.
func readIPTC(data []byte, t *texts) {
	for n := 0; len(data) >= 5 && data[0] == 0x1c && n < maxEntries; n++ {
		record, number, size := data[1], data[2], int(binary.BigEndian.Uint16(data[3:]))
		if data = data[5:]; size > len(data) { // or of an extended size, which text has not
			return
		}
		if record == 2 && number != 0 { // 0 is a version
			key := iptcKeys[number]
			if key == "" {
				key = fmt.Sprintf("IPTC 2:%d", number)
			}
			t.add(key, decodeText(data[:size], utf8Text, binary.BigEndian))
		}
		data = data[size:]
	}
}

const photoshopMagic = "Photoshop 3.0\x00"

// readPhotoshop looks for IPTC's records among the resources that Photoshop
// writes into a JPEG file.
func readPhotoshop(data []byte, t *texts) {
	for n := 0; len(data) >= 12 && bytes.HasPrefix(data, []byte("8BIM")) && n < maxEntries; n++ {
		id, name := binary.BigEndian.Uint16(data[4:]), 1+int(data[6])
		at := 6 + name + name%2
		if len(data) < at+4 {
			return
		}
		size := uint64(binary.BigEndian.Uint32(data[at:]))
		if data = data[at+4:]; size > uint64(len(data)) {
			return
		}
		if id == 0x0404 {
			readIPTC(data[:size], t)
		}
		data = data[min(size+size%2, uint64(len(data))):]
	}
}
