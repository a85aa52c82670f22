package library

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"unsafe"

	"golang.org/x/sys/windows"
)

var shFileOperation = windows.NewLazySystemDLL("shell32.dll").NewProc("SHFileOperationW")

// A shFileOp is SHFILEOPSTRUCTW of 64-bit Windows.
type shFileOp struct {
	window   windows.HWND
	what     uint32
	from, to *uint16 // lists of paths, each ended by a zero and all by another
	flags    uint16
	aborted  int32
	names    uintptr
	title    *uint16
}

const (
	foDelete = 3
	// Into the recycle bin, without questions; but asked before anything would be deleted for good.
	fofRecycle = 0x4 /* silent */ | 0x10 /* no confirmation */ | 0x40 /* allow undo */ | 0x400 /* no error window */ | 0x4000 /* warn of loss */
)

// recycle moves a file into the recycle bin. ok is false where there is none
// for it: on a share, on a stick, and for paths longer than the shell takes.
func recycle(file string) (place trashPlace, ok bool, err error) {
	root := filepath.VolumeName(file) + `\`
	at, err := windows.UTF16PtrFromString(root)
	if err != nil || len(file) >= windows.MAX_PATH || windows.GetDriveType(at) != windows.DRIVE_FIXED {
		return trashPlace{}, false, nil
	}
	from, err := windows.UTF16FromString(file)
	if err != nil {
		return trashPlace{}, false, nil
	}
	from = append(from, 0)
	if err := shellDelete(&shFileOp{what: foDelete, from: &from[0], flags: fofRecycle}); err != nil {
		return trashPlace{}, false, fmt.Errorf("into the recycle bin: %w", err)
	}
	if _, err := os.Lstat(file); err == nil {
		return trashPlace{}, false, nil
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return trashPlace{from: file}, true, nil
	}
	return findRecycled(filepath.Join(root, "$Recycle.Bin", user.User.Sid.String()), file), true, nil
}

// shellDelete waits until the shell has done it.
func shellDelete(op *shFileOp) error {
	runtime.LockOSThread() // COM belongs to a thread
	defer runtime.UnlockOSThread()
	if windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED) == nil {
		defer windows.CoUninitialize()
	}
	// Its errors are of its own kind, not GetLastError's.
	if code, _, _ := shFileOperation.Call(uintptr(unsafe.Pointer(op))); code != 0 {
		return fmt.Errorf("SHFileOperation: 0x%X", code)
	}
	if op.aborted != 0 {
		return windows.ERROR_CANCELLED
	}
	return nil
}

// userTrash is "": Windows has no folder that files are simply moved to.
func userTrash() string { return "" }
