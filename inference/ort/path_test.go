package ort

import "testing"

func TestExtended(t *testing.T) {
	for _, row := range []struct{ path, want string }{
		{`C:\models\a b`, `\\?\C:\models\a b`},
		{`C:/models`, `\\?\C:\models`},
		{`\\server\share\a`, `\\?\UNC\server\share\a`},
		{`\\?\C:\models`, `\\?\C:\models`},
		{`models\a`, `models\a`},
		{``, ``},
	} {
		if got := extended(row.path); got != row.want {
			t.Errorf("%s: got %s, want %s", row.path, got, row.want)
		}
	}
}
