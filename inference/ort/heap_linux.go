package ort

// #include <malloc.h>
//
// static void return_memory(int from) {
// #ifdef __GLIBC__
// 	mallopt(M_MMAP_THRESHOLD, from);
// #endif
// }
import "C"

// returnMemory has blocks of a megabyte and more go back to the system as soon
// as they are freed. Left alone, glibc lets the size from which it does so grow
// to 32 MB with the blocks it sees, and keeps what lies between: of lite
// networks a third more than their weights while loaded, and much of them after.
func returnMemory() { C.return_memory(1 << 20) }
