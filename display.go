//go:build !headless && !darwin

package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/go-gl/glfw/v3.4/glfw"

	"cascata/app"
)

// tryDisplay says whether a window can be opened here, by opening one that
// nobody sees, with the OpenGL that Fyne asks for. Fyne itself would end in a
// panic. It must be called on the main goroutine, before Fyne starts. The
// error wraps app.ErrNoDisplay or app.ErrNoOpenGL.
func tryDisplay() (err error) {
	log.SetOutput(io.Discard) // it prints what is returned here
	defer log.SetOutput(os.Stderr)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", app.ErrNoDisplay, r)
		}
	}()
	if err := glfw.Init(); err != nil {
		return fmt.Errorf("%w: %s", app.ErrNoDisplay, described(err))
	}
	defer glfw.Terminate()
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.ContextVersionMajor, 2)
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	w, err := glfw.CreateWindow(16, 16, "", nil, nil)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %s", app.ErrNoOpenGL, described(err))
	case w == nil:
		return app.ErrNoOpenGL
	}
	w.Destroy()
	return nil
}

// described is what GLFW says, without its code.
func described(err error) string {
	var e *glfw.Error
	if errors.As(err, &e) {
		return e.Desc
	}
	return err.Error()
}
