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
// before what the file says elsewhere. whole is false when something in it
// could not be read.
func readXMP(packet string, t *texts) (whole bool) {
	packet = strings.TrimRight(strings.TrimPrefix(packet, "\ufeff"), "\x00")
	d := xml.NewDecoder(strings.NewReader(packet))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	said := properties{}
	var open []xml.Name
	for range maxTokens {
		token, err := d.Token()
		if err != nil {
			said.addTo(t)
			return err == io.EOF && len(said.order) > 0 && strings.Contains(packet, "RDF")
		}
		switch e := token.(type) {
		case xml.StartElement:
			if open = append(open, e.Name); len(open) > maxDepth {
				said.addTo(t)
				return false
			}
			for _, a := range e.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" && !(a.Name.Local == "lang" && a.Value == "x-default") {
					said.add(a.Name, a.Value)
				}
			}
		case xml.EndElement:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case xml.CharData:
			said.add(property(open), string(e))
		case xml.Comment:
			said.add(xml.Name{Local: "comment"}, string(e))
		}
	}
	said.addTo(t)
	return false
}

// properties are what a packet says, in its order. A list says several values.
type properties struct {
	order  []xml.Name
	byName map[xml.Name][]string
}

func (p *properties) add(name xml.Name, value string) {
	if strings.TrimSpace(value) == "" {
		return
	}
	if p.byName == nil {
		p.byName = map[xml.Name][]string{}
	}
	if p.byName[name] == nil {
		p.order = append(p.order, name)
	}
	p.byName[name] = append(p.byName[name], value)
}

func (p *properties) addTo(t *texts) {
	for _, name := range p.order {
		t.addXMP(name, strings.Join(p.byName[name], "\n"))
	}
}

// sorted are the keys in their order.
func sorted[V any](byKey map[string]V) []string { return slices.Sorted(maps.Keys(byKey)) }

// property is the innermost element that is not RDF's own, or the innermost.
func property(open []xml.Name) xml.Name {
	for _, name := range slices.Backward(open) {
		if !strings.HasPrefix(name.Space, "http://www.w3.org/1999/02/22-rdf-syntax-ns") && name.Space != "rdf" {
			return name
		}
	}
	if len(open) > 0 {
		return open[len(open)-1]
	}
	return xml.Name{Local: "text"}
}

// madeByModel is what the mark says (IPTC digital source type).
const madeByModel = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

func (t *texts) addXMP(name xml.Name, value string) {
	var byKey map[string]string
	switch {
	case name.Local == "DigitalSourceType" && value == madeByModel: // said by the program's name
	case name.Space != ourNamespace || name.Local != ourProperty || json.Unmarshal([]byte(value), &byKey) != nil:
		t.add("xmp:"+name.Local, value)
	default:
		t.drop(xmpKey) // it carries the others and is rewritten with them
		for _, key := range sorted(byKey) {
			before := t.byKey[key]
			t.drop(key)
			t.add(key, byKey[key])
			t.add(key, before)
		}
	}
}

func (t *texts) drop(key string) {
	t.total -= len(t.byKey[key])
	delete(t.byKey, key)
}
