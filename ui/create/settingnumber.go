package create

import (
	"cascata/app/recipe"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// A settingNumber is the control of a setting that is a number.
type settingNumber struct {
	*number
	setting *recipe.Setting
}

// newSettingNumbers are the controls of a section's numbers, in the order of the
// table. Ranges that depend on the model are those of a usual one.
func newSettingNumbers(in recipe.Section, change func(func(*recipe.Sketch))) (all []*settingNumber) {
	for _, t := range recipe.Numbers(in) {
		n := &settingNumber{newNumber(settings.ShortName(t), settings.Span(t, recipe.Native{Width: 1024, Height: 1024})), t}
		n.OnChanged = func(v float64) { change(func(s *recipe.Sketch) { t.Set(&s.Recipe, v) }) }
		n.SetTip(settings.Phrase(t.Tip))
		all = append(all, n)
	}
	return all
}

// show shows what a sketch has of it, where it has a use for it.
func (n *settingNumber) show(s recipe.Sketch) {
	n.number.show(n.setting.Get(&s.Recipe))
	widgets.SetVisible(n.Content, n.setting.UsedBy(&s.Recipe))
}
