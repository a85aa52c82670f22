package settings

import (
	"fmt"

	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/ui/format"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// Phrase is a text of the table of settings in the artist's language.
func Phrase(p recipe.Phrase) string {
	if p.Key == "" {
		return p.English
	}
	return lang.X(p.Key, p.English)
}

// filled is a text of the table with what {{.N}} stands for.
func filled(p recipe.Phrase, n string) string {
	return lang.X(p.Key, p.English, map[string]any{"N": n})
}

// Name is what a setting is called among all of them.
func Name(s *recipe.Setting) string { return Phrase(s.Label) }

// ShortName is what a setting is called beside its control.
func ShortName(s *recipe.Setting) string {
	if s.Short != (recipe.Phrase{}) {
		return Phrase(s.Short)
	}
	return Phrase(s.Label)
}

// Comparable are all settings that a picture can say and the controls can hold, in
// the order of the controls.
func Comparable() (found []*recipe.Setting) {
	for i := range recipe.Settings {
		if s := &recipe.Settings[i]; s.Take != nil {
			found = append(found, s)
		}
	}
	return found
}

// text is what a sketch has of a setting, as the artist reads it.
func text(s *recipe.Setting, sketch recipe.Sketch) string { return valueText(s, s.Value(&sketch)) }

// valueText is a value of a setting, as the artist reads it.
func valueText(s *recipe.Setting, v any) string {
	switch v := v.(type) {
	case recipe.Words:
		style := ""
		if v.Style != "" {
			style = lang.X("line.style", "style {{.Name}}", map[string]any{"Name": v.Style})
		}
		return format.Joined(v.Text, style)
	case recipe.Size:
		return format.SizeText(v.Width, v.Height)
	case float64:
		if s.Number != nil && s.Off && s.Own == nil && v <= s.Min {
			return lang.X("off", "off")
		}
		return numbers.Short(v)
	case recipe.Option:
		return Phrase(v.Label)
	case recipe.Phrase:
		return Phrase(v)
	case nil:
		return lang.X("line.preset.own", "as the schedule has it")
	default:
		return fmt.Sprint(v)
	}
}

// Span is what a setting that is a number can be, for a control.
func Span(s *recipe.Setting, m recipe.Native) widgets.Span {
	r := s.For(m)
	span := widgets.Span{Min: r.Min, Max: r.Max, Step: r.Step, Least: r.Least, Most: r.Most}
	if s.Off {
		span.Off = lang.X("off", "off")
	}
	return span
}
