package ui

import "os/exec"

func systemDialog(string, bool) ([]string, error) { return nil, errNoDialog }

// explorer returns 1 also when it has opened its window.
func reveal(file string) error { return exec.Command("explorer", "/select,"+file).Start() }

func openFolder(dir string) error { return exec.Command("explorer", dir).Start() }
