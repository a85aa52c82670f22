// Package icons holds the icons that the toolkit's own set lacks: 24 by 24,
// black, drawn for Cascata and under its licence.
package icons

import "embed"

// FS holds one SVG file per icon.
//
//go:embed *.svg
var FS embed.FS
