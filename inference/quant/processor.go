package quant

import (
	"os"

	"golang.org/x/sys/cpu"
)

// variable names the variable that decides for a test whether the processor
// has dot products of bytes: "off" says that it has none, "any" has them done
// by whatever there is, with the same results.
const variable = "CASCATA_FAST"

// Products is the format that the processor multiplies faster than float32, or
// false where it has none.
func Products() (Format, bool) {
	switch vnni := cpu.X86.HasAVX512VNNI || cpu.X86.HasAVXVNNI || cpu.ARM64.HasASIMDDP; os.Getenv(variable) {
	case "off":
		return "", false
	case "any":
		if !vnni {
			return Unsigned, true
		}
		return Signed, true
	default:
		return Signed, vnni
	}
}
