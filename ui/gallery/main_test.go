package gallery

import (
	"os"
	"testing"

	"cascata/ui/format"
)

func TestMain(m *testing.M) {
	if err := format.Translate("en"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
