//go:build !linux

package ort

func returnMemory() {}
