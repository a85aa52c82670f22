package app

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
)

// noLibrary has no ONNX Runtime, and says so with a nil pointer in the
// interface, as ort.Open does.
type noLibrary struct{}

type noRuntime struct{ Runtime }

func (noLibrary) Runtime() (Runtime, error) { return (*noRuntime)(nil), inference.ErrNoRuntime }

func (noLibrary) Tokenizer(checkpoint.TokenizerFiles, int, int) (inference.Tokenizer, error) {
	return nil, errors.ErrUnsupported
}

func TestEveryTryWithoutLibraryFails(t *testing.T) {
	e := NewEngine(Models{Dir: t.TempDir()}, noLibrary{}, slog.New(slog.DiscardHandler))
	for range 2 {
		if _, err := e.Devices(context.Background()); !errors.Is(err, inference.ErrNoRuntime) {
			t.Errorf("got %v, want %v", err, inference.ErrNoRuntime)
		}
	}
}
