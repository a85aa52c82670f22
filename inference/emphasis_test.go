package inference

import (
	"slices"
	"strings"
	"testing"
)

func TestPhrases(t *testing.T) {
	for _, tt := range []struct {
		prompt string
		want   []phrase
	}{
		{"", nil},
		{"a red boat", []phrase{{"a red boat", 1}}},
		{"a (red) boat", []phrase{{"a ", 1}, {"red", 1.1}, {" boat", 1}}},
		{"((red))", []phrase{{"red", 1.21}}},
		{"(((red)))", []phrase{{"red", 1.331}}},
		{"(red:1.3)", []phrase{{"red", 1.3}}},
		{"(red : +.5 )", []phrase{{"red ", 0.5}}},
		{"(red:-2)", []phrase{{"red", -2}}},
		{"(red:0) x", []phrase{{"red", 0}, {" x", 1}}},
		{"[red]", []phrase{{"red", 1 / 1.1}}},
		{"[[red]]", []phrase{{"red", 1 / 1.21}}},

		// Nesting multiplies; equal neighbours join.
		{"(a (b:2) c:3)", []phrase{{"a ", 3}, {"b", 6}, {" c", 3}}},
		{"([a])", []phrase{{"a", 1}}},
		{"x (y:1.0) z", []phrase{{"x y z", 1}}},
		{"(a)(b)", []phrase{{"ab", 1.1}}},
		{"()[](:2)", nil},

		// Escapes.
		{`\(a\) \[b\] \\`, []phrase{{`(a) [b] \`, 1}}},
		{`(a\):2)`, []phrase{{"a)", 2}}},
		{`a\b \`, []phrase{{`a\b \`, 1}}},
		{`\\(a)`, []phrase{{`\`, 1}, {"a", 1.1}}},

		// What has no partner is text.
		{"(a", []phrase{{"(a", 1}}},
		{"a)", []phrase{{"a)", 1}}},
		{"a] :) [", []phrase{{"a] :) [", 1}}},
		{"((a)", []phrase{{"(", 1}, {"a", 1.1}}},
		{"(a))", []phrase{{"a", 1.1}, {")", 1}}},
		{"(a [b)", []phrase{{"a [b", 1.1}}},
		{"[a (b] c)", []phrase{{"a (b", 1 / 1.1}, {" c)", 1}}},
		{"[a:1.5]", []phrase{{"a:1.5", 1 / 1.1}}},
		{"a:1.5)", []phrase{{"a:1.5)", 1}}},

		// What is no number is text.
		{"(a:b)", []phrase{{"a:b", 1.1}}},
		{"(a:)", []phrase{{"a:", 1.1}}},
		{"(a:1.2.3)", []phrase{{"a:1.2.3", 1.1}}},
		{"(a:1e3)", []phrase{{"a:1e3", 1.1}}},
		{"(a:inf)", []phrase{{"a:inf", 1.1}}},
		{"(16:9:1.2)", []phrase{{"16:9", 1.2}}},
		{"(a:" + strings.Repeat("1", 99) + ")", []phrase{{"a:" + strings.Repeat("1", 99), 1.1}}},
		{"(caf\u00e9, \u6c34:1.2)", []phrase{{"caf\u00e9, \u6c34", 1.2}}},
	} {
		if got := phrases(tt.prompt); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %v, want %v", tt.prompt, got, tt.want)
		}
	}
}

func TestCheckWeights(t *testing.T) {
	for prompt, ok := range map[string]bool{
		"(a:10)": true, "(a:-10)": true, "(a:10.01)": false, "(a:-11)": false,
		strings.Repeat("(", 24) + "a" + strings.Repeat(")", 24):           true,
		strings.Repeat("(", 25) + "a" + strings.Repeat(")", 25):           false,
		strings.Repeat("(", 9999) + "a" + strings.Repeat(")", 9999) + "(": false, // infinite
		strings.Repeat("(", 9999) + "(a:0)" + strings.Repeat(")", 9999):   false, // not a number
		"(:99)": true, // of nothing
	} {
		if err := checkWeights(prompt); (err == nil) != ok {
			t.Errorf("%.40q: got %v", prompt, err)
		}
	}
}

// Whatever the prompt, its phrases are the prompt without brackets, numbers
// and escapes; they are whole, joined and cost linear time.
func FuzzPhrases(f *testing.F) {
	for _, s := range []string{"a (b:1.2) [c]", `\(a\)\\`, "((a)", "[(])", "(a:1.3", "(:)", "(a:-.5 )x", "((((((((((a]]]]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, prompt string) {
		var all strings.Builder
		last := phrase{}
		for _, p := range phrases(prompt) {
			if p.text == "" || p.weight == last.weight && last.text != "" {
				t.Fatalf("%q: phrase %v after %v", prompt, p, last)
			}
			last = p
			all.WriteString(p.text)
		}
		// The text is what is left when only characters of the notation are taken out.
		rest := prompt
		for _, r := range []byte(all.String()) {
			i := strings.IndexByte(rest, r)
			if i < 0 || strings.Trim(rest[:i], `()[]\:+-. 0123456789`+"\t\n\r") != "" {
				t.Fatalf("%q: text %q is not left of it", prompt, all.String())
			}
			rest = rest[i+1:]
		}
		if !strings.ContainsAny(prompt, `()[]\`) && all.String() != prompt {
			t.Fatalf("%q: became %q without a bracket", prompt, all.String())
		}
	})
}

func BenchmarkPhrases(b *testing.B) {
	for name, unit := range map[string]string{"open": "([", "pairs": "(a:1.1) [b] ", "closed": ")]"} {
		prompt := strings.Repeat(unit, maxPrompt/len(unit))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				phrases(prompt)
			}
		})
	}
}
