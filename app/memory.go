package app

// Memory is how much of the computer's memory the program has now, bytes; 0
// where the system does not tell. It counts what ONNX Runtime has on the CPU.
func Memory() int64 { return residentMemory() }

// TotalMemory is how much memory the computer has, or the container that the
// program runs in, bytes; 0 where the system does not tell.
func TotalMemory() int64 { return totalMemory() }
