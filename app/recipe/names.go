package recipe

import (
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// DefaultNames is how picture files are named unless the artist wants other
// names.
const DefaultNames = "{date} {time} seed {seed}"

// maxName bounds a file name without its ending, in bytes; file systems take 255.
const maxName = 180

// FileName is the name of a picture's file without its ending: the template
// with {date}, {time} and the keys of settings filled in, as {seed}, {prompt},
// {model}, {steps} and {size}, and without what a file system may not take. An empty one is the default.
func FileName(template string, r Recipe, at time.Time) string {
	fill := func(template string) string {
		slots := []string{
			"{date}", at.Format("2006-01-02"), "{time}", at.Format("15.04.05"),
			"{prompt}", clipBytes(r.Prompt, 80), "{model}", clipBytes(filepath.Base(r.Model), 40),
		}
		for _, s := range Settings {
			slots = append(slots, "{"+s.Key+"}", clipBytes(Plain(s.Of(r)), 40))
		}
		name := strings.NewReplacer(slots...).Replace(template)
		name = strings.Map(func(c rune) rune {
			if strings.ContainsRune(`/\:*?"<>|`, c) || unicode.IsControl(c) {
				return ' '
			}
			return c
		}, name)
		name = clipBytes(strings.Join(strings.Fields(name), " "), maxName)
		return strings.Trim(name, " .") // hidden files, and names that Windows does not take
	}
	if name := fill(template); name != "" {
		return name
	}
	return fill(DefaultNames)
}

// clipBytes is the beginning of a text, at most n bytes of whole runes.
func clipBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// DraftsFolder is where drafts lie, inside the picture folder.
const DraftsFolder = "Drafts"

// FolderIn is where the picture of a recipe lies in the folder of all pictures.
func (r Recipe) FolderIn(pictures string) string {
	if r.Draft {
		return filepath.Join(pictures, DraftsFolder)
	}
	return pictures
}
