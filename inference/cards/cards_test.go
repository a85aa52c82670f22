package cards

import "testing"

func TestChosen(t *testing.T) {
	big, same := adapter{Card{"Big", 8e9}, discrete}, adapter{Card{"Big", 8e9}, discrete}
	other, part, drawn := adapter{Card{"Other", 4e9}, discrete}, adapter{Card{"Part", 0}, shared}, adapter{Card{"llvmpipe", 0}, software}
	for _, tt := range []struct {
		list []adapter
		want string // "": it is not known
	}{
		{nil, ""},
		{[]adapter{drawn}, "llvmpipe"},
		{[]adapter{drawn, part}, "Part"},
		{[]adapter{part, drawn, big}, "Big"},
		{[]adapter{big, part, same}, "Big"},
		{[]adapter{big, other}, ""},
		{[]adapter{other, big, other}, ""},
	} {
		c, ok := chosen(tt.list)
		if ok != (tt.want != "") || ok && c.Name != tt.want {
			t.Errorf("%v: got %q, %v, want %q", tt.list, c.Name, ok, tt.want)
		}
	}
}

// Whatever drivers this computer has, asking them is safe, again and again, and
// what they say can be shown.
func TestOf(t *testing.T) {
	for _, provider := range []string{"webgpu", "cuda", "directml", "cpu", "webgpu"} {
		c, ok := Of(provider, 0)
		t.Logf("%s: %+v, %v", provider, c, ok)
		if ok != (c.Name != "") || c.Memory < 0 {
			t.Errorf("%s: %+v, %v", provider, c, ok)
		}
	}
	if c, ok := Of("cuda", 1000); ok {
		t.Errorf("card 1000: %+v", c)
	}
}
