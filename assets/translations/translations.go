// Package translations holds the texts of the window in its languages: one
// JSON file each, from key to text, with plural forms where a number decides.
package translations

import "embed"

// FS holds en.json, de.json, ...
//
//go:embed *.json
var FS embed.FS
