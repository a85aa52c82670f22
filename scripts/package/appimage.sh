#!/usr/bin/env bash
# An AppImage out of what scripts/package/linux.sh made, where appimagetool is
# installed. It has not been run yet: that tool could not be had where the rest
# was tried.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/package/common.sh
have appimagetool || fail "appimagetool is missing. Get it from https://github.com/AppImage/appimagetool/releases and run this again."
[ -d "$work/linux" ] || fail "Run make package-linux first."
dir=$work/Cascata.AppDir
rm -rf "$dir"; mkdir -p "$dir/usr/lib/cascata"
cp "$work"/linux/program/* "$dir/usr/lib/cascata/"
cp -R "$work/linux/share" "$dir/usr/share"
echo appimage >"$dir/usr/lib/cascata/installed-by"
cp scripts/package/io.github.cascata.desktop "$work/icons/512x512.png" "$dir/"
mv "$dir/512x512.png" "$dir/io.github.cascata.png"
ln -s usr/lib/cascata/cascata "$dir/AppRun"
ARCH=x86_64 appimagetool "$dir" "$out/Cascata-$version-x86_64.AppImage"
