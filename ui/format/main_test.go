package format

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if err := Translate("en"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
