// Hub serves a checkpoint on this machine as the two official repositories on
// Hugging Face are laid out, to try downloads by hand:
//
//	go run ./scripts/hub -pace 200000 inference/testdata/checkpoints/lite-bf16
//	HF_ENDPOINT=http://127.0.0.1:8765 bin/cascata-cli models download stable-cascade-lite
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"

	"cascata/app/hub/hubtest"
)

func main() {
	pace := flag.Int64("pace", 0, "bytes a second for each connection; 0 is as fast as it goes")
	cut := flag.Int64("cut", 0, "end each connection after this many bytes; 0 never")
	at := flag.String("listen", "127.0.0.1:8765", "address on this machine")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "name a folder in diffusers' layout")
		os.Exit(2)
	}
	site, err := hubtest.Official(flag.Arg(0))
	if err == nil {
		site.Pace.Store(*pace)
		site.Cut.Store(*cut)
		err = http.ListenAndServe(*at, site)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
