package checkpoint

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// readSmall reads a whole regular file of at most limit bytes.
func readSmall(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, faultIn(path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, faultIn(path, errors.New("it is not a regular file"))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, faultIn(path, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, faultIn(path, err)
	}
	if int64(len(b)) > limit {
		return nil, faultIn(path, fmt.Errorf("it is longer than %d bytes", limit))
	}
	return b, nil
}

// decode reads JSON into v, with errors that speak of the file and not of Go.
func decode(b []byte, v any) error {
	err := json.Unmarshal(b, v)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return fmt.Errorf("%s cannot be the %s in it", cmp.Or(wrong.Field, "the whole"), clip(wrong.Value))
	}
	return fmt.Errorf("it is no whole JSON text: %w", err)
}

// A list is a JSON list whose every element may also stand alone for all
// levels. null is an empty list.
type list[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *list[T]) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		var many []T
		err := json.Unmarshal(b, &many)
		*l = many
		return err
	}
	var one *T
	if err := json.Unmarshal(b, &one); err != nil || one == nil {
		*l = nil
		return err
	}
	*l = list[T]{*one}
	return nil
}

// each spreads a single value over n levels.
func (l list[T]) each(n int) []T {
	if len(l) != 1 || n > maxLevels {
		return l
	}
	out := make([]T, max(n, 0))
	for i := range out {
		out[i] = l[0]
	}
	return out
}

// or0 is what an optional number says, or zero.
func or0(v *int) int {
	if v == nil {
		return 0
	}
	return *v
}
