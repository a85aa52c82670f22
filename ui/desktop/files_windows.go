package desktop

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// What is called of the interfaces of the system's dialog, by their places in the tables.
const (
	release        = 2
	show           = 3  // IModalWindow
	setOptions     = 9  // IFileDialog
	setTitle       = 17 // IFileDialog
	getResults     = 27 // IFileOpenDialog
	getCount       = 7  // IShellItemArray
	getItemAt      = 8  // IShellItemArray
	getDisplayName = 5  // IShellItem
)

// An object of COM begins with the address of its table of functions.
type object struct{ table *[28]uintptr }

// call returns the error that a function's HRESULT stands for.
func (o *object) call(function int, args ...uintptr) error {
	r, _, _ := syscall.SyscallN(o.table[function], append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	return failed(r)
}

// A result is an HRESULT that says that something failed.
type result uint32

func (r result) Error() string { return fmt.Sprintf("HRESULT 0x%08X", uint32(r)) }

func failed(r uintptr) error {
	if int32(r) < 0 {
		return result(r)
	}
	return nil
}

const cancelled result = 0x800704C7 // ERROR_CANCELLED

var (
	createInstance = windows.NewLazySystemDLL("ole32.dll").NewProc("CoCreateInstance")
	threadWindows  = windows.NewLazySystemDLL("user32.dll").NewProc("EnumThreadWindows")
	postMessage    = windows.NewLazySystemDLL("user32.dll").NewProc("PostMessageW")

	openDialogClass = windows.GUID{Data1: 0xDC1C5A9C, Data2: 0xE88A, Data3: 0x4DDE, Data4: [8]byte{0xA5, 0xA1, 0x60, 0xF8, 0x2A, 0x20, 0xAE, 0xF7}}
	openDialogFace  = windows.GUID{Data1: 0xD57C7288, Data2: 0xD4AD, Data3: 0x4768, Data4: [8]byte{0xBE, 0x02, 0x9D, 0x96, 0x95, 0x32, 0xD9, 0x60}}
)

// systemDialog opens the system's dialog and waits for the artist, or for ctx,
// which closes the dialog. It returns nothing when nothing was chosen.
func systemDialog(ctx context.Context, title string, folder bool) ([]string, error) {
	runtime.LockOSThread() // COM and the dialog's window belong to a thread
	defer runtime.UnlockOSThread()
	const again = syscall.Errno(1) // S_FALSE: the thread has it already
	if err := windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED); err != nil && err != again {
		return nil, fmt.Errorf("%w: %w", ErrNoDialog, err)
	}
	defer windows.CoUninitialize()
	var d *object
	const inProcess = 1
	r, _, _ := createInstance.Call(uintptr(unsafe.Pointer(&openDialogClass)), 0, inProcess, uintptr(unsafe.Pointer(&openDialogFace)), uintptr(unsafe.Pointer(&d)))
	if err := failed(r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDialog, err)
	}
	defer d.call(release)
	const (
		noChange = 0x8    // of the program's folder
		folders  = 0x20   // in place of files
		onDisk   = 0x40   // nothing that has no path
		several  = 0x200  //
		exists   = 0x1800 // the folder and the file
	)
	options := uintptr(noChange | onDisk | exists | several)
	if folder {
		options = noChange | onDisk | exists | folders
	}
	text, err := windows.UTF16PtrFromString(title)
	if err == nil {
		err = errors.Join(d.call(setOptions, options), d.call(setTitle, uintptr(unsafe.Pointer(text))))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDialog, err)
	}
	thread := windows.GetCurrentThreadId()
	open, closed := context.WithCancel(context.Background())
	defer closed()
	defer context.AfterFunc(ctx, func() { closeWindows(open, thread) })()
	switch err := d.call(show, 0); {
	case errors.Is(err, cancelled):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNoDialog, err)
	}
	return chosen(d)
}

// chosen are the paths of what was chosen.
func chosen(d *object) (paths []string, err error) {
	var list *object
	if err := d.call(getResults, uintptr(unsafe.Pointer(&list))); err != nil {
		return nil, err
	}
	defer list.call(release)
	var n uint32
	if err := list.call(getCount, uintptr(unsafe.Pointer(&n))); err != nil {
		return nil, err
	}
	for i := range n {
		path, err := pathAt(list, i)
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func pathAt(list *object, i uint32) (string, error) {
	var item *object
	if err := list.call(getItemAt, uintptr(i), uintptr(unsafe.Pointer(&item))); err != nil {
		return "", err
	}
	defer item.call(release)
	var path *uint16
	const ofFile = 0x80058000 // SIGDN_FILESYSPATH
	if err := item.call(getDisplayName, ofFile, uintptr(unsafe.Pointer(&path))); err != nil {
		return "", err
	}
	defer windows.CoTaskMemFree(unsafe.Pointer(path))
	return windows.UTF16PtrToString(path), nil
}

// closeWindows asks the windows of a thread to close, until open ends: one may
// just be opening.
func closeWindows(open context.Context, thread uint32) {
	for open.Err() == nil {
		threadWindows.Call(uintptr(thread), closeWindow, 0)
		select {
		case <-open.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

var closeWindow = windows.NewCallback(func(window, _ uintptr) uintptr {
	const wmClose = 0x10
	postMessage.Call(window, wmClose, 0, 0)
	return 1 // go on with the next
})

// Explorer takes its command line apart by itself: a comma separates, except
// in quotes, which no path contains.

func reveal(_ context.Context, file string) error { return explore(`/select,"` + file + `"`) }

func openFolder(_ context.Context, dir string) error { return explore(`"` + dir + `"`) }

// explore returns when Explorer has begun; it ends with 1 also when it has
// opened its window.
func explore(line string) error {
	cmd := exec.Command("explorer.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: "explorer.exe " + line}
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait()
	return nil
}
