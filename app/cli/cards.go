package cli

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/adrg/xdg"

	"cascata/app"
	"cascata/app/cuda"
	"cascata/app/disk"
	"cascata/app/hub"
)

// installDevice brings what a kind of device needs.
func (env Env) installDevice(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("devices install", flag.ContinueOnError)
	accept := f.Bool("accept-licence", false, "you have read the licences and accept them")
	from := ""
	f.Func("from", "a `folder` that holds NVIDIA's libraries already, such as Python's site-packages", filled(&from))
	rest, done, err := parse(f, args)
	if done || err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] != "cuda" {
		return fmt.Errorf("%w: say what to install: cascata devices install cuda", app.ErrUsage)
	}
	if from != "" && !disk.IsDir(from) {
		return fmt.Errorf("%s: %w", from, disk.ErrNotFolder)
	}
	set, err := cuda.ForSystem()
	if err != nil {
		return err
	}
	places := cuda.UserPlaces(os.Getenv, xdg.Home)
	if from != "" {
		places = append([]string{from}, places...)
	}
	store := cuda.Store{Dir: env.Dirs.CUDA}
	plan := store.Plan(set, places)
	if len(plan.Fetch) > 0 {
		printPlan(plan, store)
		if !*accept {
			return fmt.Errorf("%w: to accept them and begin: cascata devices install cuda --accept-licence", cuda.ErrLicence)
		}
	}
	if err := env.installCUDA(ctx, store, plan); err != nil {
		return err
	}
	fmt.Fprintln(out, "The parts for CUDA are installed in "+store.Dir+". cascata devices says what works.")
	return nil
}

func (env Env) installCUDA(ctx context.Context, store cuda.Store, plan cuda.Plan) error {
	pip := cuda.FindPip(ctx)
	if pip == nil && len(plan.Fetch) > 0 {
		return cuda.ErrNoPip
	}
	return store.Install(ctx, plan, pip, func(p cuda.Part) {
		fmt.Fprintf(notes, "%s %s, %s\n", p.Name, p.Version, hub.Amount(p.Bytes))
	})
}

// printPlan shows what is fetched, and what must be accepted.
func printPlan(p cuda.Plan, s cuda.Store) {
	fmt.Fprintln(out, "To compute on NVIDIA cards by CUDA, these are fetched:")
	for _, part := range p.Fetch {
		fmt.Fprintf(out, "  %-20s %-12s %s\n", part.Name, part.Version, hub.Amount(part.Bytes))
	}
	if len(p.Found) > 0 {
		fmt.Fprintf(out, "%d libraries that are on this computer are used where they lie.\n", len(p.Found))
	}
	fmt.Fprintf(out, "In all %s to fetch; up to %s in %s.\n\nTheir licences:\n", hub.Amount(p.Bytes()), hub.Amount(p.Set.Disk), s.Dir)
	for _, l := range cuda.Licences {
		fmt.Fprintf(out, "  %s\n    %s\n", l.Name, l.Address)
	}
}

// removeDevice deletes what was installed for a kind of device.
func (env Env) removeDevice(args []string) error {
	rest, done, err := parse(flag.NewFlagSet("devices remove", flag.ContinueOnError), args)
	if done || err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] != "cuda" {
		return fmt.Errorf("%w: say what to remove: cascata devices remove cuda", app.ErrUsage)
	}
	return cuda.Store{Dir: env.Dirs.CUDA}.Remove()
}
