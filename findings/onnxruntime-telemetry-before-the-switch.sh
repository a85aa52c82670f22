#!/usr/bin/env bash
# onnxruntime 1.30.0 (PyPI wheel, Linux x86_64, Python 3.11).
#
# Expected: disable_telemetry_events(), called as the first thing after the
# import, leaves no trace of telemetry; the Linux builds are said to have none.
# Seen: importing the library alone writes a device ID and an event database to
#   $HOME/.cache/Microsoft/DeveloperTools/.onnxruntime/{deviceid,onnxruntime.db}
# before any call can be made. With ORT_DISABLE_TELEMETRY=1 in the environment
# before the library is loaded, nothing is written.
#
# Output: "after the call: deviceid onnxruntime.db", "with the variable: nothing".
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q onnxruntime==1.30.0 numpy
program='import onnxruntime; onnxruntime.disable_telemetry_events(); assert onnxruntime.__version__ == "1.30.0"'
mkdir "$dir/a" "$dir/b"
env -i PATH="$PATH" HOME="$dir/a" "$dir/venv/bin/python" -c "$program"
env -i PATH="$PATH" HOME="$dir/b" ORT_DISABLE_TELEMETRY=1 "$dir/venv/bin/python" -c "$program"
a=$(find "$dir/a" -path '*DeveloperTools*' -type f -printf '%f\n' | grep -vE -e '-(wal|shm|journal)$' | sort | xargs)
b=$(find "$dir/b" -type f | xargs)
echo "after the call: ${a:-nothing}"
echo "with the variable: ${b:-nothing}"
[ "$a" = "deviceid onnxruntime.db" ] && [ -z "$b" ] || { echo "this has changed"; exit 1; }
