package ui

import "os/exec"

func systemDialog(string, bool) ([]string, error) { return nil, errNoDialog }

func reveal(file string) error { return exec.Command("open", "-R", file).Run() }

func openFolder(dir string) error { return exec.Command("open", dir).Run() }
