package recipe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"cascata/app/disk"
	"cascata/app/meta"
	"cascata/inference"
	"cascata/inference/safetensors"
)

// PictureLatent reads the Stage C latent that a picture of ours carries.
// A picture without one, or with a damaged one, is an error that says so.
func PictureLatent(path string) (*inference.Tensor, error) {
	f, err := disk.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	chunks, err := meta.ReadChunks(f, func(kind string) bool { return kind == latentKind })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(chunks) == 0 {
		return nil, fmt.Errorf("%s holds no composition: pictures that were enlarged have none, nor have those that another program made or saved", path)
	}
	t, err := UnpackLatent(chunks[0].Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// PackLatent is four big-endian lengths, then the values as little-endian
// float32.
func PackLatent(t *inference.Tensor) []byte {
	out := make([]byte, 0, 16+4*len(t.F32))
	for i := range 4 {
		out = binary.BigEndian.AppendUint32(out, uint32(t.Shape[i]))
	}
	for _, v := range t.F32 {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out
}

// UnpackLatent reads what PackLatent made. What is damaged is an error.
func UnpackLatent(b []byte) (*inference.Tensor, error) {
	bad := errors.New("the composition that it carries is damaged")
	if len(b) < 16 {
		return nil, bad
	}
	t := &inference.Tensor{}
	count := int64(1)
	for i := range 4 {
		n := int64(binary.BigEndian.Uint32(b[4*i:]))
		if n < 1 || n > maxLatent || count > maxLatent/n {
			return nil, bad
		}
		count *= n
		t.Shape = append(t.Shape, n)
	}
	if b = b[16:]; int64(len(b)) != 4*count {
		return nil, bad
	}
	t.F32 = make([]float32, count)
	for i := range t.F32 {
		t.F32[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return t, nil
}

// latentName is the tensor of a latent file.
const latentName = "latent"

// WriteLatent keeps a Stage C latent: a safetensors file with one F32 tensor
// "latent" [1, 16, h, w].
func WriteLatent(path string, latent *inference.Tensor) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("%w %s: %w", disk.ErrWrite, path, err)
	}
	arrays := map[string]safetensors.Array{latentName: {Shape: latent.Shape, Data: latent.F32}}
	if err := safetensors.Write(path, arrays, nil); err != nil {
		return fmt.Errorf("%w %s: %w", disk.ErrWrite, path, err)
	}
	return nil
}

// maxLatent bounds a latent file: 16 channels of 512 by 512 cells, in bytes.
const maxLatent = 16 * 512 * 512 * 4

// ReadLatent reads what WriteLatent wrote, or the latent inside a picture of
// ours. Errors wrap inference.ErrBadRequest.
func ReadLatent(path string) (*inference.Tensor, error) {
	t, err := readLatent(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w; choose a picture that Cascata composed, or a file that --save-latent wrote", inference.ErrBadRequest, err)
	}
	return t, nil
}

func readLatent(path string) (*inference.Tensor, error) {
	fail := func(err error) (*inference.Tensor, error) { return nil, fmt.Errorf("the latent %s: %w", path, err) }
	_, absent := os.Stat(path) // which PictureLatent says as of any picture
	if absent != nil || disk.IsPicture(path) || strings.EqualFold(filepath.Ext(path), ".png") {
		return PictureLatent(path)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		return fail(err)
	}
	t, ok := f.Tensors[latentName]
	if !ok {
		return fail(fmt.Errorf("it holds no tensor called %q", latentName))
	}
	if t.Length > maxLatent {
		return fail(errors.New("it is larger than any latent"))
	}
	values, err := f.Floats(latentName)
	if err != nil {
		return fail(err)
	}
	return &inference.Tensor{Shape: t.Shape, F32: values}, nil
}
