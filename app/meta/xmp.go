package meta

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"maps"
	"slices"
	"strings"
)

// ourNamespace is that of our own XMP property, which holds the texts that a
// PNG file would carry, as one JSON object.
const (
	ourNamespace = "urn:cascata:1"
	ourProperty  = "texts"
)

// Bounds of an XMP packet.
const (
	maxDepth  = 64
	maxTokens = 200_000
)

// XMP is a packet which says that a trained model made the picture (IPTC
// digital source type).
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></rdf:RDF></x:xmpmeta>`

// xmpWith is a packet with texts, for files that hold no text chunks, and with
// the mark where it is due.
func xmpWith(byKey map[string]string, mark bool) (string, error) {
	packet := XMP
	if !mark {
		i, j := strings.Index(XMP, " xmlns:Iptc"), strings.Index(XMP, "/></rdf:RDF>")
		packet = XMP[:i] + XMP[j:]
	}
	if len(byKey) == 0 {
		return packet, nil
	}
	data, err := json.Marshal(byKey) // writes <, > and & as \u003c and so on
	if err != nil {
		return "", err
	}
	text := strings.NewReplacer("\ufffe", `\ufffe`, "\uffff", `\uffff`).Replace(string(data)) // no characters of XML
	return strings.Replace(packet, "/></rdf:RDF>",
		` xmlns:cascata="`+ourNamespace+`"><cascata:`+ourProperty+`>`+text+`</cascata:`+ourProperty+`></rdf:Description></rdf:RDF>`, 1), nil
}

// readXMP adds a packet's properties under "xmp:" and their names, and the
// texts that our own property holds under their own keys, where they come
// before what the file says elsewhere. What is damaged is skipped.
func readXMP(packet string, t *texts) {
	d := xml.NewDecoder(strings.NewReader(packet))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	var open []xml.Name
	for range maxTokens {
		token, err := d.Token()
		if err != nil {
			return
		}
		switch e := token.(type) {
		case xml.StartElement:
			if open = append(open, e.Name); len(open) > maxDepth {
				return
			}
			for _, a := range e.Attr {
				t.addXMP(a.Name, a.Value)
			}
		case xml.EndElement:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case xml.CharData:
			if name := property(open); name.Local != "" && strings.TrimSpace(string(e)) != "" {
				t.addXMP(name, string(e))
			}
		}
	}
}

// sorted are the keys in their order.
func sorted(byKey map[string]string) []string { return slices.Sorted(maps.Keys(byKey)) }

// property is the innermost element that is not RDF's own.
func property(open []xml.Name) xml.Name {
	for i := len(open) - 1; i >= 0; i-- {
		if !strings.HasPrefix(open[i].Space, "http://www.w3.org/1999/02/22-rdf-syntax-ns") && open[i].Space != "rdf" {
			return open[i]
		}
	}
	return xml.Name{}
}

func (t *texts) addXMP(name xml.Name, value string) {
	if name.Space != ourNamespace || name.Local != ourProperty {
		t.add("xmp:"+name.Local, value)
		return
	}
	var byKey map[string]string
	if json.Unmarshal([]byte(value), &byKey) != nil {
		return
	}
	t.drop(xmpKey) // it carries the others and is rewritten with them
	for _, key := range sorted(byKey) {
		t.drop(key)
		t.add(key, byKey[key])
	}
}

func (t *texts) drop(key string) {
	t.total -= len(t.byKey[key])
	delete(t.byKey, key)
}
