package desktop

import (
	"context"
	"errors"
	"runtime"
	"time"
	"unicode/utf16"
	"unsafe"

	"fyne.io/fyne/v2"
	"golang.org/x/sys/windows"
)

var (
	notifyIcon    = windows.NewLazySystemDLL("shell32.dll").NewProc("Shell_NotifyIconW")
	createWindow  = windows.NewLazySystemDLL("user32.dll").NewProc("CreateWindowExW")
	destroyWindow = windows.NewLazySystemDLL("user32.dll").NewProc("DestroyWindow")
	loadIcon      = windows.NewLazySystemDLL("user32.dll").NewProc("LoadIconW")
	ownModule     = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetModuleHandleW")
)

// iconData is NOTIFYICONDATAW of 64-bit Windows.
type iconData struct {
	size                uint32
	window              windows.HWND
	id, flags, callback uint32
	icon                windows.Handle
	tip                 [128]uint16
	state, stateMask    uint32
	info                [256]uint16
	version             uint32
	title               [64]uint16
	infoFlags           uint32
	item                windows.GUID
	balloon             windows.Handle
}

// noticeTime is how long a notification stays.
const noticeTime = 15 * time.Second

var errNoNotice = errors.New("the system shows no notification")

// sendNotice asks the system's notification area itself, with the text as data and
// without starting another program, as the toolkit does.
func sendNotice(ctx context.Context, _ fyne.App, title, text string) error {
	shown := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // the window belongs to a thread
		defer runtime.UnlockOSThread()
		d, err := addNotice(title, text)
		shown <- err
		if err != nil {
			return
		}
		select {
		case <-time.After(noticeTime):
		case <-ctx.Done():
		}
		d.remove()
	}()
	return <-shown
}

// addNotice shows a notification until it is removed, by the same thread.
func addNotice(title, text string) (*iconData, error) {
	class, _ := windows.UTF16PtrFromString("STATIC")
	const messagesOnly = ^uintptr(2) // HWND_MESSAGE
	window, _, err := createWindow.Call(0, uintptr(unsafe.Pointer(class)), 0, 0, 0, 0, 0, 0, messagesOnly, 0, 0, 0)
	if window == 0 {
		return nil, err
	}
	module, _, _ := ownModule.Call(0)
	icon, _, _ := loadIcon.Call(module, 1) // of windows.rc
	if icon == 0 {
		const application = 32512
		icon, _, _ = loadIcon.Call(0, application)
	}
	const (
		withIcon, withTip, withInfo = 0x2, 0x4, 0x10
		ownIcon, silent, considered = 0x4, 0x10, 0x80 // considered: not while the artist wants quiet
	)
	d := &iconData{window: windows.HWND(window), flags: withIcon | withTip | withInfo, icon: windows.Handle(icon), infoFlags: ownIcon | silent | considered}
	d.size = uint32(unsafe.Sizeof(*d))
	put(d.tip[:], "Cascata")
	put(d.title[:], title)
	put(d.info[:], text)
	if ok, _, _ := notifyIcon.Call(0 /* add */, uintptr(unsafe.Pointer(d))); ok == 0 {
		destroyWindow.Call(window)
		return nil, errNoNotice
	}
	return d, nil
}

func (d *iconData) remove() {
	notifyIcon.Call(2 /* delete */, uintptr(unsafe.Pointer(d)))
	destroyWindow.Call(uintptr(d.window))
}

// put writes what fits of a text, and a zero.
func put(to []uint16, text string) {
	u := utf16.Encode([]rune(text))
	n := copy(to[:len(to)-1], u)
	if n > 0 && n < len(u) && utf16.IsSurrogate(rune(u[n-1])) && utf16.IsSurrogate(rune(u[n])) && utf16.DecodeRune(rune(u[n-1]), rune(u[n])) != '\uFFFD' {
		n-- // not half a character
	}
	to[n] = 0
}
