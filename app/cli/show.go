package cli

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"cascata/app/disk"
	"cascata/app/meta"
)

// showPicture says on standard output what a picture file says of itself.
func showPicture(path string, asJSON bool) error {
	info, err := meta.Read(path)
	if errors.Is(err, disk.ErrNotPicture) || errors.Is(err, disk.ErrNoFile) {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: %w", disk.ErrNotPicture, err)
	}
	if asJSON {
		return info.WriteJSON(stdout)
	}
	return writeInfo(info)
}

func writeInfo(info meta.Info) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(name, value string) {
		for i, part := range strings.Split(strings.TrimSpace(value), "\n") {
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(table, "%s\t%s\n", cell(name), cell(part))
		}
	}
	v := reflect.ValueOf(info)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		f := v.Field(i)
		if name == "-" || name == "unused" || f.Kind() == reflect.Pointer && f.IsNil() || f.Kind() == reflect.Slice && f.Len() == 0 {
			continue
		}
		line(strings.ReplaceAll(name, "_", " "), fmt.Sprint(reflect.Indirect(f)))
	}
	if len(info.Unused) > 0 {
		line("not used:", "")
	}
	for _, key := range slices.Sorted(maps.Keys(info.Unused)) {
		line("  "+key, clipped(info.Unused[key]))
	}
	return table.Flush()
}

// maxShown is how much of a text the table shows, in bytes; a workflow takes
// megabytes.
const maxShown = 4000

func clipped(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return fmt.Sprintf("%s… and %d bytes more; --json shows all", strings.ToValidUTF8(s[:maxShown], ""), len(s)-maxShown)
}

// cell has blanks where text would end a cell of the table, or be a command to
// the terminal.
func cell(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
