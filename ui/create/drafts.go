package create

import "cascata/app/recipe"

// DraftsAtOnce is how many seeds a sheet of drafts tries when only one picture
// is asked for.
const DraftsAtOnce = 6

// Drafts is how many seeds Draft tries.
func Drafts(s recipe.Sketch) int {
	if s.Count > 1 {
		return s.Count
	}
	return DraftsAtOnce
}
