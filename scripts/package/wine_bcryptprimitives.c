// wine 8 lacks bcryptprimitives.dll, which Windows 10 has and Go and Rust take
// random numbers from. For tests under wine only.
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) {
    for (SIZE_T done = 0; done < size;) {
        ULONG part = size - done > 65536 ? 65536 : (ULONG)(size - done);
        if (!RtlGenRandom(data + done, part)) return FALSE;
        done += part;
    }
    return TRUE;
}
