package app

import (
	"reflect"
	"testing"

	"cascata/inference/checkpoint"
)

// What a model says of itself, as its native size, goes with it when it is exported.
func TestExportKeepsMeta(t *testing.T) {
	ck, err := checkpoint.Open("../assets/demo")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := Export(ck, dir, "fp32", func(*checkpoint.Network, string) {}); err != nil {
		t.Fatal(err)
	}
	exported, err := checkpoint.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(exported.Meta, ck.Meta) {
		t.Errorf("got %+v, want %+v", exported.Meta, ck.Meta)
	}
	if info, err := (Models{}).Look(dir); err != nil || info.Width != 256 || info.Title != "Cascata demo" || info.Start.Recipe.Steps != 10 {
		t.Errorf("got %+v, %v", info, err)
	}
}
