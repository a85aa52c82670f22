package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
)

// A reporter says on standard output what happens: JSON events, or paths of
// finished pictures with progress on standard error.
type reporter struct {
	command  string // whose reporter it is
	json     bool
	terminal bool // progress is shown
	start    time.Time
	images   int
	open     bool // a progress line is not ended
}

func newReporter(command string, asJSON bool) *reporter {
	return &reporter{command: command, json: asJSON, terminal: onTerminal(), start: time.Now()}
}

func (r *reporter) write(v map[string]any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of strings and numbers always marshal
	}
	stdout.Write(append(b, '\n'))
}

// event reports what happened, and names the files that came of it. It returns
// an error when standard output takes no more.
func (r *reporter) event(e inference.Event, saved savedFiles) error {
	if r.json {
		r.jsonEvent(e, saved)
		return stdout.err
	}
	switch {
	case e.Note.Kind != "":
		r.endLine()
		fmt.Fprintln(notes, e.Note)
	case e.Loaded:
		r.line("loading %s", e.Stage)
	case e.Result != nil:
		r.endLine()
		for _, path := range saved.paths() {
			fmt.Fprintln(out, path)
		}
		r.images++
	case e.Total > 0:
		r.line("picture %d, %s %d of %d", e.Picture+1, e.Stage, e.N, e.Total)
	}
	return stdout.err
}

func (r *reporter) line(format string, args ...any) {
	if !r.terminal {
		return
	}
	progress(format, args...)
	r.open = true
}

func (r *reporter) endLine() {
	if r.open {
		progress("")
		r.open = false
	}
}

func (r *reporter) jsonEvent(e inference.Event, saved savedFiles) {
	v := map[string]any{"picture": e.Picture + 1, "stage": e.Stage, "seconds": e.Took.Seconds()}
	switch {
	case e.Note.Kind != "":
		r.write(map[string]any{"event": "note", "message": e.Note.String(), "kind": e.Note.Kind})
	case e.Loaded:
		v["event"] = "load"
		r.write(v)
	case e.Result != nil && saved.any():
		r.images++
		r.write(imageEvent(e, saved))
	case e.Total > 0:
		v["event"], v["step"], v["of"] = "step", e.N, e.Total
		r.write(v)
		if saved.Preview != "" {
			r.write(map[string]any{"event": "preview", "picture": e.Picture + 1, "stage": e.Stage, "step": e.N, "file": saved.Preview})
		}
	}
}

func imageEvent(e inference.Event, saved savedFiles) map[string]any {
	q := e.Result.Request
	times := map[string]float64{}
	for stage, t := range e.Result.Times {
		times[string(stage)] = t.Total.Seconds()
	}
	v := map[string]any{"event": "image", "picture": e.Picture + 1, "times": times, "draft": q.Draft}
	made := recipe.Recipe{Request: q}.Sketch()
	for _, s := range recipe.Settings {
		if s.InEvent {
			v[s.Key] = s.JSON(&made)
		}
	}
	if saved.Picture != "" {
		v["file"] = saved.Picture
	}
	if saved.Latent != "" {
		v["latent"] = saved.Latent
	}
	return v
}

// end says how it went and returns err for the exit code.
func (r *reporter) end(err error) error {
	return r.ends(err, map[string]any{"images": r.images})
}

// ends is end with more for the last event to say.
func (r *reporter) ends(err error, more map[string]any) error {
	r.endLine()
	if !r.json {
		return err
	}
	if err != nil {
		m := explained(&commandError{err, r.command})
		r.write(map[string]any{"event": "error", "message": err.Error(), "title": m.Title, "help": m.Help, "exit": app.ExitCode(err)})
		return errors.Join(ErrShown, err)
	}
	v := map[string]any{"event": "done", "seconds": time.Since(r.start).Seconds()}
	maps.Copy(v, more)
	r.write(v)
	return stdout.err
}
