package format

import (
	"fmt"
	"os"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/assets/translations"
	"cascata/ui/numbers"
)

// Languages are those the window speaks, by their own names.
var Languages = []struct{ Code, Name string }{{"en", "English"}, {"de", "Deutsch"}}

// Translate makes the window speak a language: "en", "de", or for "" that of
// the system, English where the system's is none of these. Texts are
// translated when they are first shown, so it must be called before the window
// is made.
func Translate(language string) error {
	numbers.SetLanguage(locale(language))
	if language == "" && !spoken(lang.SystemLocale()) {
		language = "en"
	}
	if language != "" {
		defer pretend(language)()
	}
	for _, l := range Languages {
		data, err := translations.FS.ReadFile(l.Code + ".json")
		if err == nil {
			err = lang.AddTranslations(fyne.NewStaticResource(l.Code+".json", data))
		}
		if err == nil && l.Code == language {
			// The toolkit takes the language of the system. Where that cannot be
			// pretended, the chosen texts go by the system's name.
			err = lang.AddTranslationsForLocale(data, lang.SystemLocale())
		}
		if err != nil {
			return fmt.Errorf("translation %s: %w", l.Code, err)
		}
	}
	return nil
}

// locale is the language with the system's country, where the system speaks it
// too: a Swiss writes numbers as in Switzerland.
func locale(language string) string {
	system := lang.SystemLocale().String()
	switch base, _, _ := strings.Cut(system, "-"); {
	case language == base || language == "" && spoken(lang.SystemLocale()):
		return system
	case language == "":
		return "en"
	}
	return language
}

// spoken reports whether the window speaks the language of a locale.
func spoken(l fyne.Locale) bool {
	base, _, _ := strings.Cut(l.String(), "-")
	for _, l := range Languages {
		if l.Code == base {
			return true
		}
	}
	return false
}

// pretend lets the environment ask for a language until the function that it
// returns is called. The toolkit's own texts follow it on Linux.
func pretend(language string) (back func()) {
	const name = "LC_ALL"
	was, set := os.LookupEnv(name)
	wishes, wished := os.LookupEnv("LANGUAGE")
	os.Setenv(name, language+".UTF-8")
	os.Unsetenv("LANGUAGE")
	return func() {
		if os.Unsetenv(name); set {
			os.Setenv(name, was)
		}
		if wished {
			os.Setenv("LANGUAGE", wishes)
		}
	}
}
