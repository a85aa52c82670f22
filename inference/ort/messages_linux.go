package ort

// #include <stdio.h>
//
// static int print_to(int fd) {
// #ifdef __GLIBC__
// 	FILE *f = fdopen(fd, "a");
// 	if (f == NULL) return -1;
// 	setvbuf(f, NULL, _IOLBF, 0);
// 	stderr = f;
// 	return 0;
// #else
// 	return -1;
// #endif
// }
import "C"

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// PrintTo sends what C libraries print on standard error to f. Dawn, the
// Wayland client and Mesa remark there on drivers that are merely passed over,
// and none has a setting that stops it. Standard error itself stays, for the
// program and for traces of crashes. Call it before Open, once; f may be closed
// afterwards.
func PrintTo(f *os.File) error {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return err
	}
	if C.print_to(C.int(fd)) != 0 {
		unix.Close(fd)
		return errors.New("ort: this C library has no standard error that can be replaced")
	}
	return nil
}
