package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"cascata/assets/icons"
)

// The icons of the window, in the text's colour of the theme in use.
var (
	IconRandom = drawn("random")
	IconSwap   = drawn("swap")
	IconLock   = drawn("lock")
	IconUnlock = drawn("unlock")
	IconStar   = drawn("star")
	IconNoStar = drawn("star-off")
	IconClosed = drawn("closed")
	IconOpen   = drawn("open")
	IconPanel  = drawn("panel")

	IconAdd     = stock(theme.IconNameContentAdd)
	IconDelete  = stock(theme.IconNameDelete)
	IconClose   = stock(theme.IconNameCancel)
	IconDone    = stock(theme.IconNameConfirm)
	IconEdit    = stock(theme.IconNameDocumentCreate)
	IconPause   = stock(theme.IconNameMediaPause)
	IconPlay    = stock(theme.IconNameMediaPlay)
	IconAgain   = stock(theme.IconNameViewRefresh)
	IconMore    = stock(theme.IconNameMoreHorizontal)
	IconFit     = stock(theme.IconNameViewZoomFit)
	IconZoomIn  = stock(theme.IconNameViewZoomIn)
	IconZoomOut = stock(theme.IconNameViewZoomOut)
	IconFull    = stock(theme.IconNameViewFullScreen)
	IconLeft    = stock(theme.IconNameNavigateBack)
	IconRight   = stock(theme.IconNameNavigateNext)
	IconUp      = stock(theme.IconNameMoveUp)
	IconDown    = stock(theme.IconNameMoveDown)
)

// stock is one of the toolkit's icons. It is taken from the default theme,
// since there is no app yet when the program's variables are made.
func stock(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// drawn is one of the icons of our own. They are part of the program.
func drawn(name string) fyne.Resource {
	file := name + ".svg"
	b, err := icons.FS.ReadFile(file)
	if err != nil {
		panic(err)
	}
	return theme.NewThemedResource(fyne.NewStaticResource("cascata-"+file, b))
}
