#!/usr/bin/env bash
# The headless program: it starts without X11 and OpenGL libraries, and the
# command line keeps its contract.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export XDG_DATA_HOME=$tmp/data XDG_STATE_HOME=$tmp/state XDG_CONFIG_HOME=$tmp/config

if ldd bin/cascata-cli | grep -E 'libX|libGL|libwayland|libxkb'; then fail "the headless program links with a display library"; fi
env -u DISPLAY -u WAYLAND_DISPLAY bin/cascata-cli generate --prompt "a red boat at sea" --seed 7 --device cpu --out "$tmp/a.png" --json >"$tmp/events"
for event in load step image done; do
  grep -q "\"event\":\"$event\"" "$tmp/events" || { cat "$tmp/events"; fail "no event $event"; }
done
[ "$(head -c4 "$tmp/a.png" | tail -c3)" = PNG ] || fail "no picture"

# What is said on a run where all goes well: one line, why no card is used.
env -u DISPLAY -u WAYLAND_DISPLAY -u XDG_RUNTIME_DIR bin/cascata-cli generate --prompt "a red boat at sea" --out "$tmp/b.png" >"$tmp/out" 2>"$tmp/err"
[ "$(wc -l <"$tmp/err")" -le 1 ] || { cat "$tmp/err"; fail "more than one line on standard error"; }
[ "$(cat "$tmp/out")" = "$tmp/b.png" ] || { cat "$tmp/out"; fail "standard output is not the picture's path"; }

# expect CODE ARGS...: the exit code, and a sentence on standard error.
expect() {
  local want=$1 got=0
  shift
  env -u DISPLAY bin/cascata-cli "$@" >"$tmp/out" 2>"$tmp/err" || got=$?
  [ "$got" = "$want" ] || { cat "$tmp/err"; fail "cascata $*: exit code $got, want $want"; }
  [ "$want" = 0 ] || grep -q 'cascata: ..*' "$tmp/err" || fail "cascata $*: no sentence on standard error"
}
expect 0 version
expect 0 devices
expect 0 models inspect demo
expect 2
expect 2 paint
expect 2 generate
expect 2 generate --prompt x --steps none
expect 2 generate --prompt x --guidance NaN
expect 2 generate --prompt x --width 0
expect 3 generate --prompt x --model "$tmp/nothing"
expect 4 generate --prompt x --device cuda:9
expect 5 generate --prompt x --out /proc/cascata.png
echo "headless: ok"
