package meta

import "io"

func readStealth(r io.ReadSeeker, t *texts) {}
