package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/licensecheck"
)

// A part is something that a package contains.
type part struct {
	name, version string
	url           string // purl, or ""
	licence       string // what its makers say of it, or ""
	texts         []text
}

type text struct {
	name string // of the file, inside the part
	body string
}

// parts writes what program is made of to folder. extra are further parts, as
// NAME@VERSION=FILE or FOLDER with the licence texts; crates=FILE is what
// cargo metadata printed.
func parts(program, folder string, extra []string) error {
	list, err := modules(program)
	if err != nil {
		return err
	}
	for _, e := range extra {
		name, path, ok := strings.Cut(e, "=")
		if !ok {
			return fmt.Errorf("%s: want NAME=PATH", e)
		}
		more, err := extraParts(name, path)
		if err != nil {
			return fmt.Errorf("%s: %w", e, err)
		}
		list = append(list, more...)
	}
	for _, p := range list {
		if len(p.texts) == 0 && p.licence == "" {
			return fmt.Errorf("%s %s has no licence that could be found", p.name, p.version)
		}
	}
	slices.SortFunc(list, func(a, b part) int { return strings.Compare(a.name, b.name) })
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "LICENCES.txt"), licences(list), 0o644); err != nil {
		return err
	}
	return materials(list, filepath.Join(folder, "parts.cdx.json"))
}

func extraParts(name, path string) ([]part, error) {
	if name == "crates" {
		return crates(path)
	}
	p := part{}
	p.name, p.version, _ = strings.Cut(name, "@")
	var err error
	p.texts, err = textsIn(path)
	return []part{p}, err
}

// modules are the Go modules that a program was built from, and Go itself.
func modules(program string) ([]part, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, err
	}
	list := []part{}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		dir, err := moduleDir(m.Path, m.Version)
		if err != nil {
			return nil, err
		}
		texts, err := textsIn(dir)
		if err != nil {
			return nil, err
		}
		list = append(list, part{name: m.Path, version: m.Version, url: "pkg:golang/" + m.Path + "@" + m.Version, texts: texts})
	}
	body, err := os.ReadFile(filepath.Join(runtime.GOROOT(), "LICENSE"))
	if err != nil {
		return nil, err
	}
	return append(list, part{name: "Go's standard library", version: info.GoVersion, texts: []text{{"LICENSE", string(body)}}}), nil
}

func moduleDir(path, version string) (string, error) {
	out, err := exec.Command("go", "mod", "download", "-json", path+"@"+version).Output()
	if err != nil {
		return "", fmt.Errorf("go mod download %s@%s: %w", path, version, err)
	}
	var m struct{ Dir string }
	return m.Dir, json.Unmarshal(out, &m)
}

// crates reads what cargo metadata prints.
func crates(file string) ([]part, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var meta struct {
		Packages []struct {
			Name, Version, License string
			Source                 *string
			ManifestPath           string `json:"manifest_path"`
		}
	}
	if err := json.Unmarshal(b, &meta); err != nil {
		return nil, err
	}
	var list []part
	for _, c := range meta.Packages {
		if c.Source == nil {
			continue // the wrapper, whose source is the Go module's
		}
		texts, err := textsIn(filepath.Dir(c.ManifestPath))
		if err != nil {
			return nil, err
		}
		list = append(list, part{c.Name, c.Version, "pkg:cargo/" + c.Name + "@" + c.Version, c.License, texts})
	}
	return list, nil
}

var (
	licenceName = regexp.MustCompile(`(?i)^(licen[cs]es?|copying|copyright|notice|patents|unlicense|thirdpartynotices)([-._].*)?$|(?i)^(ofl|.*-licen[cs]e)(\.txt|\.md)?$`)
	notLicence  = regexp.MustCompile(`(?i)\.(go|rs|py|c|h|js|html|json|toml|yml|yaml|sh)$`)
)

const maxText = 4 << 20 // bytes of one licence file

// textsIn is a licence file, or those inside a folder, whatever their depth.
func textsIn(path string) ([]text, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		body, err := os.ReadFile(path)
		return []text{{filepath.Base(path), string(body)}}, err
	}
	var list []text
	seen := map[[32]byte]bool{}
	err = filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if d.IsDir() || !licenceName.MatchString(d.Name()) || notLicence.MatchString(d.Name()) {
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > maxText {
			return err
		}
		body, err := os.ReadFile(file)
		name, _ := filepath.Rel(path, file)
		if sum := sha256.Sum256(body); !seen[sum] {
			seen[sum] = true
			list = append(list, text{filepath.ToSlash(name), string(body)})
		}
		return err
	})
	return list, err
}

// licences is every part with the texts of its licences. A text that several
// parts share stands once.
func licences(list []part) []byte {
	var b bytes.Buffer
	b.WriteString("What this package of Cascata contains, and under which licences.\n")
	where := map[string]string{} // a text, by the part that it stands at
	for _, p := range list {
		fmt.Fprintf(&b, "\n%s\n%s %s\n", strings.Repeat("=", 78), p.name, p.version)
		if p.licence != "" {
			fmt.Fprintf(&b, "Licence: %s\n", p.licence)
		}
		for _, t := range p.texts {
			key := strings.Join(strings.Fields(t.body), " ")
			if at, ok := where[key]; ok {
				fmt.Fprintf(&b, "%s: as of %s\n", t.name, at)
				continue
			}
			where[key] = p.name
			fmt.Fprintf(&b, "%s:\n\n%s\n", t.name, strings.TrimSpace(strings.ReplaceAll(t.body, "\r\n", "\n")))
		}
	}
	return b.Bytes()
}

// materials writes the parts as a CycloneDX document.
func materials(list []part, file string) error {
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &cdx.Component{Type: cdx.ComponentTypeApplication, Name: "cascata", Version: os.Getenv("VERSION")}}
	components := []cdx.Component{}
	for _, p := range list {
		id := sha256.Sum256([]byte(p.name + "@" + p.version))
		c := cdx.Component{BOMRef: hex.EncodeToString(id[:8]), Type: cdx.ComponentTypeLibrary, Name: p.name, Version: p.version, PackageURL: p.url}
		if l := p.licenses(); len(l) > 0 {
			c.Licenses = &l
		}
		components = append(components, c)
	}
	bom.Components = &components
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := cdx.NewBOMEncoder(f, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_5); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// licenses are the SPDX names: the makers' own words, or what the texts are
// recognised as.
func (p part) licenses() cdx.Licenses {
	if p.licence != "" {
		return cdx.Licenses{{Expression: strings.ReplaceAll(p.licence, "/", " OR ")}}
	}
	var l cdx.Licenses
	seen := map[string]bool{}
	for _, t := range p.texts {
		for _, m := range licensecheck.Scan([]byte(t.body)).Match {
			if !seen[m.ID] && !m.IsURL {
				seen[m.ID] = true
				l = append(l, cdx.LicenseChoice{License: &cdx.License{ID: m.ID}})
			}
		}
	}
	return l
}
