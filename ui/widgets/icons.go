package widgets

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

	IconAdd      = theme.ContentAddIcon()
	IconRemove   = theme.ContentRemoveIcon()
	IconCopy     = theme.ContentCopyIcon()
	IconUndo     = theme.ContentUndoIcon()
	IconRedo     = theme.ContentRedoIcon()
	IconDelete   = theme.DeleteIcon()
	IconClose    = theme.CancelIcon()
	IconClear    = theme.ContentClearIcon()
	IconDone     = theme.ConfirmIcon()
	IconEdit     = theme.DocumentCreateIcon()
	IconSave     = theme.DocumentSaveIcon()
	IconFolder   = theme.FolderOpenIcon()
	IconPicture  = theme.FileImageIcon()
	IconHistory  = theme.HistoryIcon()
	IconPause    = theme.MediaPauseIcon()
	IconPlay     = theme.MediaPlayIcon()
	IconSkip     = theme.MediaSkipNextIcon()
	IconStop     = theme.MediaStopIcon()
	IconAgain    = theme.ViewRefreshIcon()
	IconMore     = theme.MoreHorizontalIcon()
	IconSearch   = theme.SearchIcon()
	IconSettings = theme.SettingsIcon()
	IconHelp     = theme.HelpIcon()
	IconInfo     = theme.InfoIcon()
	IconWarning  = theme.WarningIcon()
	IconFit      = theme.ZoomFitIcon()
	IconZoomIn   = theme.ZoomInIcon()
	IconZoomOut  = theme.ZoomOutIcon()
	IconFull     = theme.ViewFullScreenIcon()
	IconLeft     = theme.NavigateBackIcon()
	IconRight    = theme.NavigateNextIcon()
	IconUp       = theme.MoveUpIcon()
	IconDown     = theme.MoveDownIcon()
	IconDownload = theme.DownloadIcon()
)

// drawn is one of the icons of our own. They are part of the program.
func drawn(name string) fyne.Resource {
	file := name + ".svg"
	b, err := icons.FS.ReadFile(file)
	if err != nil {
		panic(err)
	}
	return theme.NewThemedResource(fyne.NewStaticResource("cascata-"+file, b))
}
