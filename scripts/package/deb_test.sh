#!/usr/bin/env bash
# Installs the .deb by apt in a bare Debian, makes a picture by the command line
# and by the window, and removes it again. As root:
#
#   scripts/package/deb_test.sh ROOT    # ROOT: made by debootstrap --variant=minbase bookworm ROOT (or trixie)
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/package/common.sh
root=${1:?the folder of a Debian root}
deb=$(ls -t build/packages/cascata_*_amd64.deb | head -1)
in_root() { chroot "$root" env -i HOME=/home/artist PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
mounted=""
ended() { for m in $mounted; do umount "$m"; done; }
trap ended EXIT
for m in proc dev; do mount --bind "/$m" "$root/$m"; mounted="$root/$m $mounted"; done
rm -rf "$root/home/artist"
mkdir -p "$root/home/artist"
cp /etc/resolv.conf "$root/etc/resolv.conf"

files() { find "$root" -xdev -path "$root/proc" -prune -o -path "$root/dev" -prune -o -path "$root/tmp" -prune -o \( -type f -o -type l \) -print | sort; }
say "apt install, on $(. "$root/etc/os-release"; echo "$PRETTY_NAME")"
cp "$deb" "$root/tmp/cascata.deb"
in_root apt-get update -q >/dev/null
in_root apt-get install -y -q --no-install-recommends xvfb xdotool imagemagick libgl1-mesa-dri desktop-file-utils appstream >/dev/null # for looking at the window, and at what describes it
files >"$work/before.txt"
in_root apt-get install -y -q --no-install-recommends /tmp/cascata.deb >"$work/apt.log" || { cat "$work/apt.log"; fail "apt could not install it"; }
grep -h "^Setting up" "$work/apt.log" | tail -20
in_root cascata version | tee "$work/version.txt"
grep -q "^Cascata $version," "$work/version.txt" || fail "it is another version than $version"
grep -q "Debian package" "$work/version.txt" || fail "it does not know how it was installed"

say "desktop entry and description"
in_root desktop-file-validate /usr/share/applications/io.github.cascata.desktop
in_root appstreamcli validate --no-net --explain /usr/share/metainfo/io.github.cascata.metainfo.xml

say "a picture by the command line"
in_root cascata generate --prompt "a red boat at sea" --seed 7 --device cpu --out /tmp/a.png
[ "$(head -c4 "$root/tmp/a.png" | tail -c3)" = PNG ] || fail "no picture"

say "a picture by the window"
cat >"$root/tmp/window.sh" <<'W'
set -e
Xvfb -displayfd 1 -screen 0 1280x800x24 >/tmp/display 2>/dev/null & xvfb=$! # of its own, whatever else runs here
trap 'kill $xvfb' EXIT
until grep -q . /tmp/display; do kill -0 $xvfb; sleep 0.1; done
export DISPLAY=:$(cat /tmp/display)
begun=$(date +%s%3N)
cascata & program=$!
for i in $(seq 300); do xdotool search --onlyvisible --name Cascata >/dev/null 2>&1 && break; sleep 0.02; done
echo "window after $(($(date +%s%3N) - begun)) ms"
sleep 3
xdotool key Escape
sleep 0.5
xdotool type "a red boat at sea"
sleep 0.5
xdotool key ctrl+Return
for i in $(seq 300); do ls "$HOME"/Pictures/Cascata/*.png "$HOME"/Cascata/*.png >/dev/null 2>&1 && break; sleep 0.2; done
sleep 2
import -window root /tmp/window.png
xdotool key ctrl+q
wait $program
W
in_root bash /tmp/window.sh
find "$root/home/artist" -name '*.png' | grep -q . || fail "the window made no picture"

say "removed"
in_root apt-get purge -y -q cascata >/dev/null
in_root apt-get autoremove -y -q >/dev/null
files >"$work/after.txt"
left=$(comm -13 "$work/before.txt" "$work/after.txt" | grep -v -e "^$root/home/" -e "^$root/var/" -e mesa_shader_cache -e "^$root/etc/ld.so.cache" || true)
comm -13 "$work/before.txt" "$work/after.txt" | sed "s|^$root||" | grep '^/home/' || true
[ -z "$left" ] || { echo "$left"; fail "the package left this behind"; }
say "nothing is left but the user's own files; a look at the window: $root/tmp/window.png"
