package ort

// saveSignals has nothing to save: CUDA leaves Go's handlers alone on Windows.
func saveSignals() (restore func()) { return func() {} }
