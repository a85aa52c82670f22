#!/usr/bin/env bash
# The installer for Windows on x86_64, built on Debian 12 or newer, or Ubuntu
# 24.04 or newer. It installs the cross compilers it needs.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/package/common.sh
have apt-get || fail "The Windows package is built on Debian or Ubuntu."

packages="gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64 rustc-web rust-web-src clang nsis unzip"
missing=$(for p in $packages; do dpkg -s "$p" >/dev/null 2>&1 || echo "$p"; done)
if [ -n "$missing" ]; then
  say "apt-get will install:" $missing
  sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -q >/dev/null && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null ||
    fail "apt-get failed. Install these by hand and run this again:" $missing
fi

stage=$PWD/$work/windows
lib=$PWD/$work/windows-lib
mingw=x86_64-w64-mingw32
mkdir -p "$lib"

# The tokenizers library. Rust's standard library is built with it, since the
# distribution's compiler brings none for Windows.
tokenizers=$(sed -n 's|.*github.com/daulet/tokenizers \(v[0-9.]*\).*|\1|p' go.mod)
if [ ! -f "$lib/tokenizers-$tokenizers" ]; then
  say "tokenizers $tokenizers for Windows, built by cargo (about five minutes)"
  tokenizers_source "$work/tokenizers-windows"
  (
    cd "$work/tokenizers-windows"
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 # cargo's build-std is not stable yet
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=$mingw-gcc
    export CC_x86_64_pc_windows_gnu=$mingw-gcc CXX_x86_64_pc_windows_gnu=$mingw-g++ AR_x86_64_pc_windows_gnu=$mingw-ar
    cargo build --release --locked --quiet -Zbuild-std=std,panic_unwind --target x86_64-pc-windows-gnu
  ) || fail "cargo could not build the tokenizers library; its message is above."
  cp "$work/tokenizers-windows/target/x86_64-pc-windows-gnu/release/libtokenizers_ffi.a" "$lib/libtokenizers.a"
  touch "$lib/tokenizers-$tokenizers"
fi

# fetch NAME SHA256 COMMAND...: a file that COMMAND brings into the work folder.
fetch() {
  local file=$work/$1 sum=$2
  shift 2
  checked "$file" "$sum" || { say "$(basename "$file")"; (cd "$work" && "$@" >/dev/null); }
  checked "$file" "$sum" || fail "the checksum of $file is wrong; it is not used."
}
have npm || fail "npm is missing: ONNX Runtime for Windows comes from its package onnxruntime-node. Install npm and run this again."
fetch onnxruntime-node-$ort_version.tgz 6e3390d6b783e7be946fad629292799da28d0b42f84856e50d2c1b0383291e75 npm pack --silent "onnxruntime-node@$ort_version"
pip=pip3; have pip3 || pip=pip
fetch msvc_runtime-14.51.36231-cp312-cp312-win_amd64.whl 89f70d1a37bb64164cdb09d02dd82d6b1400e1310be2995b4ed5a9f23efe2222 \
  $pip download -q --no-deps --only-binary=:all: --platform win_amd64 --python-version 3.12 msvc-runtime==14.51.36231 -d .

rm -rf "$stage"
mkdir -p "$stage"
say "libraries"
tar -xzf "$work/onnxruntime-node-$ort_version.tgz" -C "$stage" --strip-components=5 --wildcards 'package/bin/napi-v6/win32/x64/*.dll'
unzip -q -o -j "$work/msvc_runtime-14.51.36231-cp312-cp312-win_amd64.whl" -d "$stage" \
  '*/msvcp140.dll' '*/msvcp140_1.dll' '*/msvcp140_atomic_wait.dll' '*/vcruntime140.dll' '*/vcruntime140_1.dll'

say "icon and version"
tool icons assets/icon.png "$work/icons"
cp "$work/icons/cascata.ico" "$stage/"
numbers=$(echo "$version" | tr . ,),0
sed "s/@NUMBERS@/$numbers/; s/@VERSION@/$version/" scripts/package/windows.rc >"$work/icons/windows.rc"
cp scripts/package/windows.manifest "$work/icons/"
syso=$PWD/rsrc_windows_amd64.syso # go build links it with package main, and only for Windows
trap 'rm -f "$syso"' EXIT
(cd "$work/icons" && $mingw-windres -O coff windows.rc "$syso")

export GOOS=windows GOARCH=amd64 CGO_ENABLED=1 CXX=$mingw-g++
export CGO_LDFLAGS="-L$lib -lntdll -static"
say "the program with a console"
CC=$mingw-gcc program "$stage/cascata-cli.exe" "$TAGS_CLI"
say "the program with a window"
# gcc needs very long for the OpenGL binding, clang does not.
gcc_lib=$(dirname "$($mingw-gcc -print-libgcc-file-name)")
CC="clang --target=x86_64-w64-windows-gnu -Qunused-arguments -L$gcc_lib" \
  program "$stage/cascata.exe" "migrated_fynedo netgo osusergo" "-H windowsgui -extld=$mingw-gcc -extldflags=-static"
unset GOOS GOARCH CGO_ENABLED CXX CGO_LDFLAGS

say "licences and list of parts"
tokenizers_source "$work/tokenizers"
parts "$stage/cascata.exe" "$stage" "$work/tokenizers" x86_64-pc-windows-gnu \
  "Microsoft's Visual C++ runtime@14.51.36231=scripts/package/licences/msvc.txt" \
  "DirectML, DirectX shader compiler=scripts/package/licences/directx.txt" \
  "MinGW-w64 runtime=/usr/share/doc/mingw-w64-common/copyright" "GCC runtime libraries=/usr/share/doc/gcc-mingw-w64-base/copyright"
cp LICENSE "$stage/LICENSE.txt"
echo installer >"$stage/installed-by"

say "installer"
rm -rf "$work/nsis"
mkdir -p "$work/nsis"
for file in "$stage"/*; do
  echo "File \"$file\"" >>"$work/nsis/install.nsh"
  echo "Delete \"\$INSTDIR\\$(basename "$file")\"" >>"$work/nsis/remove.nsh"
done
makensis -V2 -INPUTCHARSET UTF8 -DVERSION="$version" -DNUMBERS="$version.0" -DSTAGE="$stage" -DFILES="$PWD/$work/nsis" \
  -DOUT="$PWD/$out/Cascata-$version-setup.exe" scripts/package/cascata.nsi
ls -l "$out"
