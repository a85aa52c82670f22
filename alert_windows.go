//go:build !headless

package main

import (
	"golang.org/x/sys/windows"

	"cascata/ui/format"
)

// alerted shows why there is no window, since nobody sees what such a program
// prints.
func alerted(err error) error {
	if err == nil {
		return nil
	}
	if format.Translate("") != nil {
		return err
	}
	m := format.Explained(err)
	text, textErr := windows.UTF16PtrFromString(m.Title + "\n\n" + m.Help + "\n\n" + err.Error())
	name, nameErr := windows.UTF16PtrFromString("Cascata")
	if textErr == nil && nameErr == nil {
		windows.MessageBox(0, text, name, windows.MB_OK|windows.MB_ICONERROR|windows.MB_SETFOREGROUND)
	}
	return err
}
