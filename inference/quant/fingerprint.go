package quant

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"slices"

	"cascata/inference/checkpoint"
)

// version is of what the files hold and how it is made.
const version = 1

// fingerprint names the file of n in format f. It changes with every weight's
// place, type and shape, with its files' sizes and times, and with samples of
// the weights themselves, but not with where the files lie: a model that is
// moved keeps its file. Reading every byte would take as long as making it.
func fingerprint(n *checkpoint.Network, f Format) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, version, f, n.Kind)
	open := map[string]*os.File{}
	defer func() {
		for _, r := range open {
			r.Close()
		}
	}()
	for _, name := range slices.Sorted(maps.Keys(n.Weights)) {
		w := n.Weights[name]
		r := open[w.File]
		if r == nil {
			var err error
			if r, err = os.Open(w.File); err != nil {
				return "", err
			}
			open[w.File] = r
			info, err := r.Stat()
			if err != nil {
				return "", err
			}
			fmt.Fprintln(h, info.Size(), info.ModTime().UnixNano())
		}
		fmt.Fprintln(h, name, w.DType, w.Shape, w.Offset, w.Length, w.Transposed)
		const sample = 64
		for _, at := range []int64{0, w.Length / 3, w.Length / 3 * 2, w.Length - sample} {
			var b [sample]byte
			at = max(at, 0)
			if _, err := r.ReadAt(b[:min(sample, w.Length-at)], w.Offset+at); err != nil {
				return "", fmt.Errorf("%s: %w", name, err)
			}
			h.Write(b[:])
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}
