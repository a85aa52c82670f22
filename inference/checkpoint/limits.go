package checkpoint

import "fmt"

// What a configuration may ask for. The largest official network is 2048 wide,
// has 4 levels and 28 layers in one of them.
const (
	maxLevels    = 8
	maxWidth     = 16384 // channels of any layer or conditioning
	maxChannels  = 1024  // of a latent or picture
	maxLayers    = 256   // in one level, or in a text encoder
	maxTypes     = 16    // blocks in one layer
	maxRepeats   = 16
	maxPatch     = 16
	maxKernel    = 15
	maxClipSeq   = 64
	maxConds     = 8
	maxVocab     = 1 << 20
	maxPositions = 4096
	maxBlocks    = 4096 // in one network, of 18 tensors at most

	maxConfig = 1 << 20  // bytes of a config.json or cascata.json
	maxIndex  = 16 << 20 // bytes of a *.safetensors.index.json
	maxShards = 256
	maxGraph  = 64 << 20 // bytes of an .onnx file whose weights lie elsewhere
	maxFiles  = 256      // single files looked into in one folder
)

// A checker keeps the first complaint about a configuration.
type checker struct{ err error }

// in demands lo <= v <= hi.
func (c *checker) in(name string, v, lo, hi int) {
	if v < lo || v > hi {
		c.fail("%s is %d, it must be %d to %d", name, v, lo, hi)
	}
}

// all demands n values, each lo to hi.
func (c *checker) all(name string, v []int, n, lo, hi int) {
	c.length(name, len(v), n)
	for _, x := range v {
		c.in(name, x, lo, hi)
	}
}

func (c *checker) length(name string, got, want int) {
	if got != want {
		c.fail("%s has %d values for %d levels", name, got, want)
	}
}

func (c *checker) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// unsupported marks the configuration as whole but beyond us.
func (c *checker) unsupported(format string, args ...any) {
	if c.err == nil {
		c.err = &unsupported{fmt.Sprintf(format, args...), "use a model that diffusers' Stable Cascade classes can load"}
	}
}
