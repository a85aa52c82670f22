#!/usr/bin/env bash
# The real window under Xvfb: type a prompt, press Ctrl+Enter, and find the
# picture that the command line makes of the same prompt and seed.
# With SHOT=file the finished window is kept as a picture.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { printf '✗ %s\n' "$*" >&2; [ ! -f "$tmp/err" ] || tail -20 "$tmp/err" >&2; exit 1; }
program=${1:-bin/cascata}
tmp=$(mktemp -d)
xvfb="" window=""
trap 'kill $window $xvfb 2>/dev/null; wait 2>/dev/null; rm -rf "$tmp"' EXIT
mkdir -p "$tmp/run" "$tmp/config" "$tmp/home/Pictures" "$tmp/home/.cache"
chmod 700 "$tmp/run"
printf 'XDG_PICTURES_DIR="%s"\n' "$tmp/home/Pictures" >"$tmp/config/user-dirs.dirs"
export HOME=$tmp/home XDG_RUNTIME_DIR=$tmp/run XDG_CONFIG_HOME=$tmp/config XDG_DATA_HOME=$tmp/data XDG_STATE_HOME=$tmp/state
export LC_ALL=C.UTF-8
unset WAYLAND_DISPLAY XDG_PICTURES_DIR

# Xvfb picks a free display and says which.
Xvfb -displayfd 3 -screen 0 1440x900x24 +extension GLX -nolisten tcp 3>"$tmp/display" 2>/dev/null &
xvfb=$!
for _ in $(seq 50); do [ -s "$tmp/display" ] && break; sleep 0.1; done
[ -s "$tmp/display" ] || fail "Xvfb did not start"
export DISPLAY=:$(cat "$tmp/display")

"$program" 2>"$tmp/err" &
window=$!
id=$(timeout 30 xdotool search --sync --onlyvisible --name '^Cascata$' | tail -1) || fail "no window"
xdotool windowfocus "$id"
sleep 1
xdotool type --delay 20 'a red boat at sea'
xdotool key ctrl+Return
for _ in $(seq 600); do
  picture=$(find "$tmp/home/Pictures" -name '*.png' | head -1)
  [ -n "$picture" ] && break
  kill -0 $window 2>/dev/null || fail "the program ended"
  sleep 0.1
done
[ -n "${picture:-}" ] || fail "no picture after a minute"
sleep 1
import -window "$id" "$tmp/shot.png"
[ -z "${SHOT:-}" ] || cp "$tmp/shot.png" "$SHOT"

# The picture is on the screen: right of the controls there is more than grey.
colours=$(convert "$tmp/shot.png" -crop 600x500+500+120 +repage -format '%k' info:)
[ "$colours" -gt 500 ] || fail "the window shows no picture ($colours colours)"

seed=$(basename "$picture" .png | sed 's/.* seed \([0-9]*\).*/\1/')
advice() { sed -n "s/.*\"$1\": *\"\{0,1\}\([a-z0-9.]*\).*/\1/p" assets/demo/cascata.json; } # the window starts with it
"$program" generate --prompt 'a red boat at sea' --seed "$seed" --out "$tmp/same.png" --preset "$(advice preset)" \
  --steps "$(advice steps)" --guidance "$(advice guidance)" --decoder-steps "$(advice decoder_steps)" \
  --decoder-guidance "$(advice decoder_guidance)" >/dev/null 2>"$tmp/err2" || fail "$(cat "$tmp/err2")"
cmp -s "$picture" "$tmp/same.png" || fail "the window's picture differs from the command line's"

kill $window
wait $window 2>/dev/null || true
window=""
if grep -q 'Error in Fyne call thread' "$tmp/err"; then fail "the window was touched from another goroutine"; fi
echo "window: ok"
