package recipe

// A Fact is how a setting is said in the one line of the few that matter most.
type Fact struct {
	Phrase Phrase // {{.N}} stands for the value; settings with the same one are said together
	Rank   int    // where there is little room, those of the lowest are left out first

	// Of is the value, nil where it had no part in the picture; Of itself is nil
	// where every picture has it.
	Of func(*Recipe) any
}

// How steps and guidance are said, of both stages.
var (
	stepsPhrase    = phrase("stage.facts.steps", "{{.N}} steps")
	guidancePhrase = phrase("stage.facts.guidance", "guidance {{.N}}")
)

// composed is of what Stage C makes, which has no part in a picture that is enlarged.
func composed(of func(*Recipe) any) func(*Recipe) any {
	return func(r *Recipe) any {
		if r.Enlarge {
			return nil
		}
		return of(r)
	}
}

// detailed are the steps of Stage B; of a draft, none.
func detailed(r *Recipe) any {
	switch {
	case r.Enlarge:
		return r.DetailSteps()
	case r.Draft:
		return nil
	}
	return r.DecoderSteps
}

// guidedDetail is the guidance of Stage B, which matters where nothing is composed.
func guidedDetail(r *Recipe) any {
	if r.Enlarge {
		return r.DecoderGuidance
	}
	return nil
}
