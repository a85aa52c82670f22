package finder

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"cascata/inference/inferencetest"
)

// A folder that may not be looked into is named, if the search was to begin there or if
// it should hold a part of a model; of others, such as the system's own, there are too many.
func TestUnreadableFolders(t *testing.T) {
	for folder, named := range map[string]bool{".": true, "sub/prior": true, "sub": false} {
		dir := filepath.Join(t.TempDir(), "models")
		put(t, "diffusers-a/prior", dir, "sub", "prior")
		at := filepath.Join(dir, folder)
		inferencetest.Unreadable(t, at, func() {
			r, err := Find(context.Background(), []Place{{"", dir}})
			if err != nil || len(r.Parts) != 0 || (len(r.Refused) > 0) != named {
				t.Fatalf("%s: %+v, %v", folder, r, err)
			}
			if named && (r.Refused[0].Path != at || !strings.HasSuffix(r.Refused[0].String(), "it may not be read; change its permissions")) {
				t.Errorf("%s: %v", folder, r.Refused[0])
			}
		})
	}
}
