#!/usr/bin/env bash
# Brings what Cascata's build needs: system libraries, the tokenizers static
# library and the ONNX Runtime shared library. Each step is skipped when done,
# and what does not need another's result runs beside it.
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

# aside COMMAND...: runs it beside what follows, in a process group of its own.
# together waits for all of them.
aside_pids="" pure=""
aside() { set -m; "$@" & set +m; aside_pids="$aside_pids $!"; }
together() {
  local pid bad=0
  for pid in $aside_pids; do wait "$pid" || bad=1; done
  aside_pids=""
  [ $bad = 0 ] || exit 1
}
stop_all() { for pid in $aside_pids $pure; do kill -- "-$pid" 2>/dev/null; done; exit 130; }
trap stop_all INT TERM

have go || fail "Go is missing. Install Go 1.26 or newer from https://go.dev/dl/ and run this again."
system_packages "$want"
tokenizers_ready || aside sources
if have npm || have pip3 || have pip; then aside onnx_runtime; fi
if [ -n "$list" ] && ! tokenizers_ready; then set -m; packages_without_c & set +m; pure=$!; fi
install_system_packages # in front: it may ask for a password
together
onnx_runtime
tokenizers_ready && exit 0
aside tokenizers_library
[ -z "$pure" ] || wait "$pure" || true
aside packages_of_go
together
