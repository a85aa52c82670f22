package checkpoint

import "testing"

// A folder of another program with the names of a bundle's is none, and no folder can stop the search.
func TestIdentifyBundle(t *testing.T) {
	const bundle = "../testdata/checkpoints/bundle"
	networks, err := IdentifyBundle(bundle)
	if err != nil || len(networks) != 4 {
		t.Fatalf("%d networks, %v", len(networks), err)
	}
	for i, kind := range []Kind{KindPrior, KindDecoder, KindVQ, KindText} {
		if n := networks[i]; n.Kind != kind || n.ONNX == "" || n.Label() != string(kind) {
			t.Errorf("%+v, want %s", n, kind)
		}
	}
	for _, dir := range []string{bundle + "/prior", "../testdata/checkpoints/diffusers-a", t.TempDir(), "/nowhere"} {
		if networks, err := IdentifyBundle(dir); networks != nil || err != nil {
			t.Errorf("%s: %+v, %v", dir, networks, err)
		}
	}
	if takes(bundle+"/decoder/model.onnx", bundleInputs[KindDecoder]) != true || takes(bundle+"/prior/model.onnx", bundleInputs[KindDecoder]) {
		t.Error("Stage B is not told from Stage C")
	}
	if !IsBundle([]string{"x", "Prior"}) || IsBundle([]string{"text_encoder", "vqgan"}) {
		t.Error("names of a bundle's folders")
	}
}
