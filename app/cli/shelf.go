package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"cascata/app"
	"cascata/app/catalogue"
	"cascata/app/hub"
	"cascata/app/recipe"
)

// A listedModel is what models list --json prints of a model. Its fields are a
// contract.
type listedModel struct {
	Name      string           `json:"name"`
	Title     string           `json:"title"`
	Kind      catalogue.Kind   `json:"kind"`
	Installed bool             `json:"installed"`
	State     catalogue.State  `json:"state"`
	Bytes     int64            `json:"bytes"`          // of all its files
	Done      int64            `json:"done,omitempty"` // of them here
	Licence   string           `json:"licence"`
	Address   string           `json:"licence_address,omitempty"`
	Needs     map[string]int64 `json:"needs"` // bytes of memory by precision
	Fits      bool             `json:"fits"`  // into this computer's memory
	Paths     []string         `json:"paths,omitempty"`
	Missing   string           `json:"missing,omitempty"`
}

// listModels prints what there is: the built-in model, the catalogue, what was added.
func (env Env) listModels(args []string) error {
	f := flag.NewFlagSet("models list", flag.ContinueOnError)
	asJSON := f.Bool("json", false, "one JSON object a line")
	rest, done, err := parse(f, args)
	if done || err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: cascata models list takes no %q", app.ErrUsage, rest[0])
	}
	list := []listedModel{env.builtIn()}
	for _, i := range env.Models.Shelf.List() {
		m := listedModel{
			Name: i.Name, Title: i.Title, Kind: i.Kind, Installed: i.Installed(), State: i.State, Bytes: i.Total, Done: i.Done,
			Licence: i.Licence.Name, Address: i.Licence.Address, Needs: i.Needs(), Fits: i.Fits(app.TotalMemory()), Paths: i.Paths, Missing: i.Missing,
		}
		if m.Needs == nil {
			m.Needs = map[string]int64{}
		}
		list = append(list, m)
	}
	if *asJSON {
		enc := json.NewEncoder(stdout)
		for _, m := range list {
			if err := enc.Encode(m); err != nil {
				return err
			}
		}
		return nil
	}
	for _, m := range list {
		fmt.Fprintln(out, m)
	}
	return nil
}

// builtIn is the model inside the program.
func (env Env) builtIn() listedModel {
	m := listedModel{Name: recipe.Demo, Title: "The built-in model", Kind: catalogue.Whole, Installed: true, State: "built in", Fits: true, Needs: map[string]int64{}}
	if info, err := env.Models.Look(recipe.Demo); err == nil {
		m.Title, m.Bytes, m.Done, m.Licence = info.Title, info.Bytes, info.Bytes, info.Licence
	}
	return m
}

// String is a line of models list.
func (m listedModel) String() string {
	s := fmt.Sprintf("%-26s %-11s %9s", m.Name, m.State, hub.Amount(m.Bytes))
	if m.State == catalogue.Unfinished {
		s += ", " + hub.Amount(m.Done) + " of it here"
	}
	for _, precision := range slices.Sorted(maps.Keys(m.Needs)) {
		s += fmt.Sprintf("  %s %s", precision, hub.Amount(m.Needs[precision]))
	}
	if !m.Fits {
		s += "  too big for this computer's memory"
	}
	if m.Missing != "" {
		s += "  missing: " + m.Missing
	}
	return s
}

// addModel gives others' files a name.
func (env Env) addModel(args []string) error {
	f := flag.NewFlagSet("models add", flag.ContinueOnError)
	name := f.String("name", "", "what to call it (default after its networks or its folder)")
	asJSON := f.Bool("json", false, "one JSON object")
	rest, done, err := parse(f, args)
	if done || err != nil {
		return err
	}
	if len(rest) == 0 {
		return fmt.Errorf("%w: name a folder or files: cascata models add PATH", app.ErrUsage)
	}
	got, missing, err := env.Models.Add(*name, strings.Join(rest, ","))
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(stdout).Encode(map[string]any{"name": got, "missing": missing})
	}
	fmt.Fprintln(out, got)
	if len(missing) > 0 {
		fmt.Fprintf(notes, "It has no %s yet: add the files that do, or name them beside it: --model %s,FILE\n", strings.Join(missing, ", no "), got)
	}
	return nil
}

// removeModel takes a model from the shelf.
func (env Env) removeModel(args []string) error {
	f := flag.NewFlagSet("models remove", flag.ContinueOnError)
	rest, done, err := parse(f, args)
	if done || err != nil {
		return err
	}
	if len(rest) != 1 {
		return fmt.Errorf("%w: name one model: cascata models remove NAME", app.ErrUsage)
	}
	kept, err := env.Models.Shelf.Remove(rest[0])
	if err == nil && kept {
		fmt.Fprintln(notes, "Its files were not downloaded by Cascata, and stay where they are.")
	}
	return err
}

// download fetches a model of the catalogue.
func (env Env) download(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("models download", flag.ContinueOnError)
	accept := f.Bool("accept-licence", false, "you have read the model's licence and accept it")
	asJSON := f.Bool("json", false, "one JSON event a line on standard output")
	rest, done, err := parse(f, args)
	if done {
		return nil
	}
	report := newReporter("models download", *asJSON || hasJSONFlag(args))
	if err == nil && len(rest) != 1 {
		err = fmt.Errorf("%w: name one model: cascata models download NAME; cascata models list has them", app.ErrUsage)
	}
	if err == nil {
		err = env.fetch(ctx, rest[0], *accept, report)
	}
	return report.ends(err, nil)
}

// fetch downloads once the licence is accepted.
func (env Env) fetch(ctx context.Context, name string, accept bool, report *reporter) error {
	shelf := env.Models.Shelf
	e, ok := catalogue.Find(name)
	if !ok {
		return fmt.Errorf("%w: %s; cascata models list has those that can be downloaded", catalogue.ErrUnknown, name)
	}
	if accept {
		if err := shelf.Accept(e.Licence); err != nil {
			return err
		}
	}
	if !report.json && !shelf.Accepted(e.Licence) {
		printLicence(out, e)
	}
	p := &progressReport{reporter: report}
	err := shelf.Download(ctx, name, p.report)
	report.endLine()
	if err == nil {
		p.finished(name, env.Models)
	}
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return err
}

// printLicence shows what must be accepted.
func printLicence(w io.Writer, e catalogue.Entry) {
	fmt.Fprintf(w, "%s\n%s\n%s\n\nIn short:\n", e.Title, e.Licence.Name, e.Licence.Address)
	for _, term := range e.Licence.Terms {
		fmt.Fprintf(w, "  * %s\n", term)
	}
	fmt.Fprintf(w, "\n%s to download. To accept the licence and begin:\n  cascata models download %s --accept-licence\n", hub.Amount(e.Bytes), e.Name)
}

// A progressReport says how far a download is: on a terminal in one line that
// changes, else in a line now and then.
type progressReport struct {
	*reporter
	last    time.Time
	phase   hub.Phase
	trouble string
}

// lineEvery is how often a line is written where there is no terminal.
const lineEvery = 5 * time.Second

func (p *progressReport) report(now hub.Progress) {
	changed := now.Phase != p.phase || now.Trouble != p.trouble
	every := lineEvery
	if p.json {
		every = time.Second
	}
	if !changed && (p.json || !p.terminal) && time.Since(p.last) < every {
		return
	}
	p.last, p.phase, p.trouble = time.Now(), now.Phase, now.Trouble
	switch {
	case p.json:
		p.write(progressEvent(now))
	case p.terminal:
		p.line("%s", progressText(now))
	default:
		fmt.Fprintln(notes, progressText(now))
	}
}

func progressEvent(now hub.Progress) map[string]any {
	v := map[string]any{"event": "progress", "phase": now.Phase, "done": now.Done, "total": now.Total, "files": now.Files, "of": now.Of}
	if now.Speed > 0 {
		v["speed"] = int64(now.Speed)
	}
	if now.Left > 0 {
		v["seconds_left"] = int64(now.Left.Seconds())
	}
	if now.File != "" {
		v["file"] = now.File
	}
	if now.Trouble != "" {
		v["trouble"], v["seconds_to_next_try"] = now.Trouble, max(int64(time.Until(now.Until).Seconds()), 0)
	}
	return v
}

// phases are what a download does, for the terminal.
var phases = map[hub.Phase]string{
	hub.Listing: "asking the server what it has", hub.Checking: "checking what is here", hub.Fetching: "downloading", hub.Done: "done",
}

func progressText(now hub.Progress) string {
	s := phases[now.Phase]
	if now.Total > 0 {
		s += fmt.Sprintf(" %s of %s, %d %%", hub.Amount(now.Done), hub.Amount(now.Total), 100*now.Done/now.Total)
	}
	if now.Speed > 0 {
		s += ", " + hub.Amount(int64(now.Speed)) + "/s"
	}
	if now.Left > 0 {
		s += ", " + max(now.Left.Round(time.Second), time.Second).String() + " left"
	}
	if now.Trouble != "" {
		s += fmt.Sprintf("; %s, next try in %s", now.Trouble, max(time.Until(now.Until), 0).Round(time.Second))
	}
	return s
}

// finished says where a model lies now, and what is odd about it.
func (p *progressReport) finished(name string, models app.Models) {
	paths, _ := models.Shelf.Paths(name)
	if p.json {
		p.write(map[string]any{"event": "model", "name": name, "paths": paths})
	} else {
		fmt.Fprintln(out, name)
	}
	if e, _ := catalogue.Find(name); e.Kind == catalogue.Whole {
		if _, err := models.Open(name); err != nil {
			fmt.Fprintf(notes, "It is as on the server, but cannot be used: %v\n", err)
		}
	}
}
