package format

import (
	"fyne.io/fyne/v2/lang"

	"cascata/app"
)

// Explained is what app.Explain says, in the artist's language.
func Explained(err error) app.Message {
	m := app.Explain(err)
	return app.Message{Title: lang.X("error."+m.Title, m.Title), Help: lang.X("error."+m.Help, m.Help)}
}

// Explain is what the artist reads of an error. It may be called from any
// goroutine.
func Explain(err error) string { return ErrorText(app.Explain(err)) }

// ErrorText is a message in the artist's language, on one line.
func ErrorText(m app.Message) string {
	return lang.X("error."+m.Title, m.Title) + " " + lang.X("error."+m.Help, m.Help)
}
