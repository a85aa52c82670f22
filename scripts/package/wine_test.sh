#!/usr/bin/env bash
# The Windows installer under wine: installed silently, the same picture bytes
# as on Linux, what asks Windows itself, the window to a picture, the library, a
# recall, and gone again without the pictures. By hand; needs wine64, Xvfb, xdotool,
# ImageMagick, the installer (make package-windows) and bin/cascata-cli (make cli).
#
#   scripts/package/wine_test.sh [FOLDER]    # screenshots go to FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/package/common.sh
shots=${1:-$work/wine}
mkdir -p "$shots"
setup=$(ls -t "$out"/Cascata-*-setup.exe | head -1)
unset CASCATA_ORT # each program finds its own
export WINEPREFIX=$PWD/$work/wine-prefix WINEDEBUG=-all WINEARCH=win64 LC_ALL=C.UTF-8
wine=$(command -v wine64 || command -v wine || echo /usr/lib/wine/wine64)
own_home=$HOME
export HOME=$PWD/$work/wine-home # wine puts the picture folder into it
rm -rf "$WINEPREFIX" "$HOME"
mkdir -p "$HOME"

Xvfb -displayfd 1 -screen 0 1440x960x24 >"$work/display" 2>/dev/null & xvfb=$! # of its own, whatever else runs here
program=""
ended() { [ -z "$program" ] || kill "$program" 2>/dev/null || true; "$(dirname "$wine")/wineserver64" -k 2>/dev/null || /usr/lib/wine/wineserver64 -k 2>/dev/null || true; kill "$xvfb"; }
trap ended EXIT
until grep -q . "$work/display"; do kill -0 "$xvfb"; sleep 0.1; done
DISPLAY=:$(cat "$work/display")
export DISPLAY

say "wine's folder"
"$wine" wineboot -i >/dev/null 2>&1
x86_64-w64-mingw32-gcc -shared -O2 -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" scripts/package/wine_bcryptprimitives.c -ladvapi32

say "silent install"
"$wine" "$setup" /S
at=$(find "$WINEPREFIX/drive_c/users" -type d -path '*/Programs/Cascata' | head -1)
[ -f "$at/cascata.exe" ] || fail "cascata.exe is not where it should be"
home=$(echo "$at" | sed 's|/AppData/.*||')
cli() { "$wine" "$at/cascata-cli.exe" "$@"; }
cli version | tr -d '\r' | tee "$work/wine-version.txt"
grep -q "^Cascata $version," "$work/wine-version.txt" || fail "it is another version than $version"
grep -q "by the installer" "$work/wine-version.txt" || fail "it does not know how it was installed"

say "file dialog and notification"
GOOS=windows CGO_ENABLED=0 HOME=$own_home go test -c -o "$work/desktop.test.exe" ./ui/desktop
"$wine" "$work/desktop.test.exe" -test.run 'TestDialog|TestNotice'

say "three recipes, byte for byte as on Linux"
same() { # NAME FLAGS...
  local name=$1
  shift
  bin/cascata-cli generate --device cpu "$@" --out "$shots/linux-$name.png" >/dev/null
  cli generate --device cpu "$@" --out "Z:$(realpath "$shots" | tr / '\\')\\windows-$name.png" >/dev/null
  cmp "$shots/linux-$name.png" "$shots/windows-$name.png" || fail "recipe $name gives other bytes"
}
same boat --prompt "a red boat at sea" --seed 7
same tree --prompt "a (blue:1.3) tree at night" --seed 11 --preset comfy --steps 6 --decoder-steps 6
same fish --prompt "a green fish" --negative "red" --seed 3 --preset diffusers --width 384

say "the window to a picture"
look() { sleep "${2:-1}"; import -window root "$shots/$1.png"; }
begun=$(date +%s%3N)
"$wine" "$at/cascata.exe" & program=$!
for _ in $(seq 400); do xdotool search --onlyvisible --name '^Cascata' >/dev/null 2>&1 && break; sleep 0.05; done
echo "window after $(($(date +%s%3N) - begun)) ms"
look first 3
xdotool key Escape; sleep 0.5
xdotool mousemove 200 150 click 1; sleep 0.5
xdotool key ctrl+a; xdotool type --delay 40 "a red boat at sea"; sleep 0.5
xdotool key ctrl+Return
made() { find "$home" "$HOME" -name '*.png' -path '*Cascata*' | head -1; }
for _ in $(seq 300); do [ -n "$(made)" ] && break; sleep 0.2; done
look picture 2
[ -n "$(made)" ] || fail "the window made no picture; see $shots/picture.png"

say "a second start brings the first to the front"
"$wine" "$at/cascata.exe" "Z:$(realpath "$shots/linux-fish.png" | tr / '\\')" && look second 2
[ "$(xdotool search --onlyvisible --name '^Cascata' | wc -l)" = 1 ] || fail "there are two windows"

say "the library, and a recall"
held() { # TEXT: what the controls hold is in the settings within half a second
  for _ in $(seq 100); do grep -q "\"prompt\": *\"$1\"" "$home/AppData/Local/cascata/settings.json" && return; sleep 0.1; done
  fail "the prompt is not \"$1\"; see $shots"
}
cli library list --json | tr -d '\r' | grep -q "red boat" || fail "the library does not know the picture"
xdotool key ctrl+g ctrl+l ctrl+a; xdotool type --delay 40 "a blue house"; held "a blue house"
xdotool key ctrl+f; xdotool type --delay 40 "red boat"; look search 1
xdotool key Return Right Left; look library 1 # the first picture, chosen
xdotool key u; held "a red boat at sea"; look recall 1
xdotool key ctrl+q
for _ in $(seq 100); do kill -0 "$program" 2>/dev/null || break; sleep 0.1; done
program=""

say "uninstalled"
picture=$(made)
"$wine" "$at/uninstall.exe" /S "_?=$(echo 'C:'"${at#"$WINEPREFIX/drive_c"}" | tr / '\\')"
sleep 2
left=$(find "$at" -type f ! -name uninstall.exe 2>/dev/null || true)
[ -z "$left" ] || fail "left behind: $left"
[ -f "$picture" ] || fail "the picture is gone"
say "the pictures are still there; screenshots in $shots"
