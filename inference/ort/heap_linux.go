package ort

// #define _GNU_SOURCE
// #include <malloc.h>
// #include <stdlib.h>
// #include <sys/mman.h>
//
// static void return_memory(int from) {
// #ifdef __GLIBC__
// 	mallopt(M_MMAP_THRESHOLD, from);
// #endif
// }
//
// #ifdef __GLIBC__
// enum { huge = 2 << 20 }; // bytes of a huge page
//
// // aligned_alloc takes the place of libc's, which ONNX Runtime allocates its
// // tensors with (by operator new), and asks for huge pages for large ones.
// // Its blocks are those of malloc, and freed as they are. It keeps no state:
// // any thread may call it.
// __attribute__((visibility("default"))) void *aligned_alloc(size_t align, size_t size) {
// 	if (size < 2 * huge)
// 		return memalign(align, size);
// 	void *block = memalign(align < huge ? huge : align, size);
// 	if (block != NULL)
// 		madvise(block, size, MADV_HUGEPAGE); // best effort: it works without
// 	return block;
// }
// #endif
import "C"

// returnMemory has blocks of a megabyte and more go back to the system as soon
// as they are freed. Left alone, glibc lets the size from which it does so grow
// to 32 MB with the blocks it sees, and keeps what lies between: of lite
// networks a third more than their weights while loaded, and much of them after.
func returnMemory() { C.return_memory(1 << 20) }
