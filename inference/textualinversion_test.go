package inference

import (
	"slices"
	"strings"
	"testing"

	"cascata/inference/lora"
)

func TestSplitAtTriggers(t *testing.T) {
	known := []lora.Word{{Trigger: "zz", First: 100, N: 2}, {Trigger: "<zz top>", First: 102, N: 1}, {Trigger: "zz2", First: 103, N: 1}}
	for prompt, want := range map[string]string{
		"a zz boat":            "a | 100 101 | boat",
		"ZZ":                   "100 101",
		"embedding:zz, sea":    "100 101 |, sea",
		"a <zz top>, zz2":      "a | 102 |, | 103",
		"puzzle zzz zz_ xzz":   "puzzle zzz zz_ xzz",
		"zzé":                  "zzé",
		"zz zz":                "100 101 | | 100 101",
		"":                     "",
		"a \ufffdzz (zz) [zz]": "a \ufffd| 100 101 | (| 100 101 |) [| 100 101 |]",
	} {
		var got []string
		for _, s := range splitAtTriggers([]phrase{{prompt, 1}}, known) {
			if s.word == nil {
				got = append(got, s.text)
				continue
			}
			tokens, err := s.encode(nil)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, id := range tokens.IDs[1:] {
				ids = append(ids, string(rune('0'+id/100))+string(rune('0'+id/10%10))+string(rune('0'+id%10)))
			}
			got = append(got, " "+strings.Join(ids, " ")+" ")
		}
		if s := strings.TrimSpace(strings.Join(got, "|")); s != strings.TrimSpace(want) {
			t.Errorf("%q: %q, want %q", prompt, s, want)
		}
	}
}

// A word's tokens are whole or cut whole, and weigh what is around them.
func TestTokenizeWords(t *testing.T) {
	known := []lora.Word{{Trigger: "zz", First: 100, N: 3}}
	r, err := tokenize(words{}, "a (zz:1.5) c", false, known)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(r.IDs, 100)
	if at < 0 || !slices.Equal(r.IDs[at:at+3], []int64{100, 101, 102}) || r.weights[at+2] != 1.5 || r.Cut != "" {
		t.Errorf("%v, weights %v, cut %q", r.IDs, r.weights, r.Cut)
	}
	if len(r.words) != 1 || r.words[0].at != at {
		t.Errorf("words %v, want one at %d", r.words, at)
	}
	r, err = tokenize(words{}, strings.Repeat("a ", len(r.IDs)-4)+"zz", false, known)
	if err != nil || len(r.words) != 0 || r.Cut != "zz" || slices.Contains(r.IDs, 100) {
		t.Errorf("at the end: %v, cut %q, %v", r.IDs, r.Cut, err)
	}
}
