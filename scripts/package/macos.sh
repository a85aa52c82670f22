#!/usr/bin/env bash
# Cascata.app and a disk image, on a Mac with Apple silicon and Xcode's command
# line tools. It has not been run yet: the authors had no Mac at hand.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/package/common.sh
[ "$(uname -s)-$(uname -m)" = Darwin-arm64 ] || fail "The package for macOS is made on a Mac with Apple silicon."

app=$work/Cascata.app
rm -rf "$app"
mkdir -p "$app/Contents"/{MacOS,Frameworks,Resources}
say "program"
program "$app/Contents/MacOS/cascata" "migrated_fynedo netgo osusergo"
cp -L native/lib/libonnxruntime.dylib "$app/Contents/Frameworks/"

say "icon"
tool icons assets/icon.png "$work/icons"
set_=$work/Cascata.iconset
rm -rf "$set_"; mkdir -p "$set_"
for n in 16 32 128 256 512; do cp "$work/icons/${n}x$n.png" "$set_/icon_${n}x$n.png"; done
cp "$work/icons/32x32.png" "$set_/icon_16x16@2x.png"
cp "$work/icons/64x64.png" "$set_/icon_32x32@2x.png"
cp "$work/icons/256x256.png" "$set_/icon_128x128@2x.png"
cp "$work/icons/512x512.png" "$set_/icon_256x256@2x.png"
iconutil -c icns -o "$app/Contents/Resources/cascata.icns" "$set_"

cat >"$app/Contents/Info.plist" <<PLIST
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
  <key>CFBundleName</key><string>Cascata</string>
  <key>CFBundleDisplayName</key><string>Cascata</string>
  <key>CFBundleIdentifier</key><string>io.github.cascata</string>
  <key>CFBundleExecutable</key><string>cascata</string>
  <key>CFBundleIconFile</key><string>cascata</string>
  <key>CFBundlePackageType</key><string>APPL</string>
  <key>CFBundleShortVersionString</key><string>$version</string>
  <key>CFBundleVersion</key><string>$version</string>
  <key>LSApplicationCategoryType</key><string>public.app-category.graphics-design</string>
  <key>NSHighResolutionCapable</key><true/>
  <key>CFBundleDocumentTypes</key><array><dict>
    <key>CFBundleTypeRole</key><string>Viewer</string>
    <key>LSHandlerRank</key><string>Alternate</string>
    <key>CFBundleTypeExtensions</key><array><string>png</string><string>jpg</string><string>jpeg</string><string>webp</string><string>safetensors</string></array>
  </dict></array>
</dict></plist>
PLIST
echo app >"$app/Contents/MacOS/installed-by"

say "licences and list of parts"
tokenizers_source "$work/tokenizers"
parts "$app/Contents/MacOS/cascata" "$app/Contents/Resources" "$work/tokenizers" aarch64-apple-darwin
cp LICENSE "$app/Contents/Resources/"

say "signature (ad hoc), disk image"
codesign --force --sign - "$app/Contents/Frameworks/libonnxruntime.dylib"
codesign --force --sign - "$app"
rm -rf "$work/dmg"; mkdir -p "$work/dmg"
cp -R "$app" "$work/dmg/"
ln -s /Applications "$work/dmg/Applications"
hdiutil create -quiet -volname Cascata -srcfolder "$work/dmg" -ov -format UDZO "$out/Cascata-$version.dmg"
ls -l "$out"
