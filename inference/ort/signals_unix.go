//go:build unix

package ort

// #include <signal.h>
//
// // Signals above 31 are real-time ones, which Go leaves alone.
// static struct sigaction saved[32];
//
// static void save_signals(void) {
// 	for (int s = 1; s < 32; s++) sigaction(s, NULL, &saved[s]);
// }
//
// static void restore_signals(void) {
// 	for (int s = 1; s < 32; s++) sigaction(s, &saved[s], NULL);
// }
import "C"

// saveSignals notes every signal handler; the function it returns puts them
// back. Used by the owning goroutine only.
func saveSignals() (restore func()) {
	C.save_signals()
	return func() { C.restore_signals() }
}
