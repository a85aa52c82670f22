package cli

import (
	"errors"
	"flag"
	"fmt"
	"strconv"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
)

// mixFlags are the flags of prompts that are mixed with the first. Their names
// are a contract.
type mixFlags struct{ inference.Mix }

func (g *mixFlags) set(f *flag.FlagSet) {
	f.Func("mix", "one more prompt, `TEXT[=WEIGHT]`: the picture is the weighted mean of all; may be repeated", func(s string) error {
		p, err := recipe.ParseMixed(s)
		g.More = append(g.More, p)
		return err
	})
	f.Func("prompt-weight", "`number` from 0 to 100: how much --prompt counts beside those of --mix (default 1)", func(s string) error {
		w, err := strconv.ParseFloat(s, 64)
		if err != nil || !(w >= 0 && w <= inference.MaxMixWeight) {
			return errors.New("choose a number from 0 to 100")
		}
		g.Main = &w
		return nil
	})
}

// check refuses a weight that nothing is weighed against.
func (g *mixFlags) check() error {
	if g.Main != nil && g.More == nil {
		return fmt.Errorf("%w: --prompt-weight weighs the prompt against others; name one with --mix", app.ErrUsage)
	}
	return nil
}

func (g *mixFlags) any() bool { return len(g.More) > 0 || g.Main != nil }
