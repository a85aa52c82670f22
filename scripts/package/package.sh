#!/usr/bin/env bash
# Every package that this machine can make.
set -euo pipefail
cd "$(dirname "$0")/../.."
case "$(uname -s)" in
Darwin) exec make package-macos ;;
Linux) make package-linux ;;
*) echo "✗ There is no package to make on $(uname -s)." >&2; exit 1 ;;
esac
if command -v apt-get >/dev/null; then exec make package-windows; fi
echo "» The Windows installer is left out: it is built on Debian or Ubuntu."
