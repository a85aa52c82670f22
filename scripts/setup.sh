#!/usr/bin/env bash
# Brings what Cascata's build needs: system libraries, the tokenizers static
# library and the ONNX Runtime shared library. Each step is skipped when done.
#
#   scripts/setup.sh cli     what the program without a window needs
#   scripts/setup.sh app     and what the window needs
#   scripts/setup.sh test    and what only the tests need
set -euo pipefail
cd "$(dirname "$0")/.."
want=${1:-app}

lib=native/lib       # libraries, in the names the linker and the loader look for
work=native/build    # scratch, may be removed at any time
mkdir -p "$lib" "$work"

say()  { printf '» %s\n' "$*"; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# checked FILE SHA256: the file is there and is the one we know.
checked() { [ -f "$1" ] && [ "$(sha256 "$1")" = "$2" ]; }
sha256()  { if have sha256sum; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1; }

. scripts/system.sh
. scripts/native.sh

have go || fail "Go is missing. Install Go 1.26 or newer from https://go.dev/dl/ and run this again."
system_libraries "$want"
tokenizers_library
onnx_runtime
