// Command tool makes what a package carries beside the program: icons in all
// sizes, a list of its parts, and their licences.
//
//	tool icons  ICON.png FOLDER            hicolor's sizes, and cascata.ico
//	tool parts  PROGRAM FOLDER [NAME=PATH ...]   parts.cdx.json (CycloneDX) and LICENCES.txt
//
// It is a module of its own, so that what it needs is not among what the
// program needs.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "✗", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "icons":
		return icons(args[1], args[2])
	case len(args) >= 3 && args[0] == "parts":
		return parts(args[1], args[2], args[3:])
	}
	return fmt.Errorf("use: tool icons ICON.png FOLDER, or tool parts PROGRAM FOLDER [NAME=PATH ...]")
}
