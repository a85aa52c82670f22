// Command library fills a folder with synthetic pictures that carry full
// recipes, and measures the library with them.
//
//	go run ./scripts/library make -n 100000 DIR
//	go run ./scripts/library bench DIR
package main

import (
	"fmt"
	"os"
)

func main() {
	run := map[string]func([]string) error{"make": makePictures, "bench": bench}
	if len(os.Args) < 2 || run[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: library make [-n 100000] DIR | library bench [-state DIR] DIR")
		os.Exit(2)
	}
	if err := run[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "library:", err)
		os.Exit(1)
	}
}
