package ort

import "syscall"

// niceness is where 0 is usual and 19 gives way to everything.
const niceness = 15

// yield lowers the priority of the calling thread: on Linux the process 0 is
// the thread that asks (man 2 setpriority, "C library/kernel differences").
func yield() error { return syscall.Setpriority(syscall.PRIO_PROCESS, 0, niceness) }
