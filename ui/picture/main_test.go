package picture

import (
	"testing"

	"cascata/ui/uitest"
)

func TestMain(m *testing.M) { uitest.Main(m) }
