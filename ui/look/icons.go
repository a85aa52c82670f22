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
	IconSheet  = drawn("sheet")
	IconQueue  = drawn("queue")
	IconStar   = drawn("star")
	IconNoStar = drawn("star-off")
	IconClosed = drawn("closed")
	IconOpen   = drawn("open")
	IconPanel  = drawn("panel")

	IconAdd      = stock(theme.IconNameContentAdd)
	IconRemove   = stock(theme.IconNameContentRemove)
	IconCopy     = stock(theme.IconNameContentCopy)
	IconUndo     = stock(theme.IconNameContentUndo)
	IconRedo     = stock(theme.IconNameContentRedo)
	IconDelete   = stock(theme.IconNameDelete)
	IconClose    = stock(theme.IconNameCancel)
	IconClear    = stock(theme.IconNameContentClear)
	IconDone     = stock(theme.IconNameConfirm)
	IconEdit     = stock(theme.IconNameDocumentCreate)
	IconSave     = stock(theme.IconNameDocumentSave)
	IconFolder   = stock(theme.IconNameFolderOpen)
	IconPicture  = stock(theme.IconNameFileImage)
	IconHistory  = stock(theme.IconNameHistory)
	IconPause    = stock(theme.IconNameMediaPause)
	IconPlay     = stock(theme.IconNameMediaPlay)
	IconSkip     = stock(theme.IconNameMediaSkipNext)
	IconStop     = stock(theme.IconNameMediaStop)
	IconAgain    = stock(theme.IconNameViewRefresh)
	IconMore     = stock(theme.IconNameMoreHorizontal)
	IconSearch   = stock(theme.IconNameSearch)
	IconSettings = stock(theme.IconNameSettings)
	IconHelp     = stock(theme.IconNameHelp)
	IconInfo     = stock(theme.IconNameInfo)
	IconWarning  = stock(theme.IconNameWarning)
	IconFit      = stock(theme.IconNameViewZoomFit)
	IconZoomIn   = stock(theme.IconNameViewZoomIn)
	IconZoomOut  = stock(theme.IconNameViewZoomOut)
	IconFull     = stock(theme.IconNameViewFullScreen)
	IconLeft     = stock(theme.IconNameNavigateBack)
	IconRight    = stock(theme.IconNameNavigateNext)
	IconUp       = stock(theme.IconNameMoveUp)
	IconDown     = stock(theme.IconNameMoveDown)
	IconDownload = stock(theme.IconNameDownload)
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
