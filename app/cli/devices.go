package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"runtime"
	"strings"
	"text/tabwriter"

	"cascata/app"
	"cascata/inference"
)

// devices says what can run here, what is missing and how to get it.
func (env Env) devices(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("devices", flag.ContinueOnError)
	asJSON := f.Bool("json", false, "one JSON object a device")
	rest, done, err := parse(f, args)
	if done || err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: cascata devices takes no %q", app.ErrUsage, rest[0])
	}
	rt, err := env.Native(env.Log(), 0).Runtime()
	if err != nil {
		return err
	}
	defer rt.Close()
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer table.Flush()
	for _, d := range rt.Devices(ctx) {
		state, why := "works", strings.Join(d.Remarks, "; ")
		if d.Err != nil {
			state, why = "-", d.Why
		}
		if *asJSON {
			b, err := json.Marshal(map[string]any{"device": d.String(), "name": d.Name, "card": d.Card, "memory_bytes": d.Memory, "works": d.Err == nil, "why": why, "next": d.Next, "precisions": d.Precisions})
			if err != nil {
				return err
			}
			fmt.Fprintln(out, string(b))
			continue
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", d, state, cardName(d), strings.Join(d.Precisions, ", "), why)
		if d.Next != "" {
			fmt.Fprintf(table, "\t\t\t\t→ %s\n", d.Next)
		}
	}
	return nil
}

// cardName is what a device is called, by its driver where that tells.
func cardName(d inference.DeviceInfo) string {
	switch {
	case d.Card == "":
		return d.Name
	case d.Memory == 0:
		return d.Card
	}
	return fmt.Sprintf("%s, %d GB", d.Card, d.Gigabytes())
}

func (env Env) showVersion(args []string) error {
	rest, done, err := parse(flag.NewFlagSet("version", flag.ContinueOnError), args)
	if done || err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: cascata version takes no %q", app.ErrUsage, rest[0])
	}
	fmt.Fprintf(out, "Cascata %s, %s, %s/%s\n", env.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintln(out, env.Libraries())
	fmt.Fprintln(out, "This program was "+inference.HowInstalled().String())
	return nil
}
