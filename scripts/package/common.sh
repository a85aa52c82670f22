# shellcheck shell=bash disable=SC2034
# What the packages of every system share. Sourced, from the checkout's root.
version=$(sed -n 's/^ *Version = "\(.*\)"/\1/p' FyneApp.toml)
out=build/packages # what is made
work=build/package # scratch, may be removed at any time
export VERSION=$version
# One date for all files: that of the commit, so that the same source gives the same bytes.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
mkdir -p "$out" "$work"

say()  { printf '» %s\n' "$*"; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
sha256()  { if have sha256sum; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1; }
checked() { [ -f "$1" ] && [ "$(sha256 "$1")" = "$2" ]; }

nfpm="go run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4"

tool() { # scripts/package/tool, built once
  [ -x "$work/tool" ] || (cd scripts/package/tool && GOOS='' GOARCH='' CGO_ENABLED=0 go build -o "$OLDPWD/$work/tool" .)
  "$work/tool" "$@"
}

# program FILE TAGS [LDFLAGS]: the program as it is released, without symbols
# and without the names of folders of the machine that built it.
program() { go build -trimpath -tags "$2" -ldflags "-s -w ${3:-}" -o "$1" .; }

# crates FOLDER TARGET: what the tokenizers library is made of.
crates() {
  (cd "$1" && cargo metadata --format-version 1 --locked --filter-platform "$2") >"$work/crates.json"
}

# tokenizers_source FOLDER: the tokenizers library's source and our Cargo.lock.
tokenizers_source() {
  local src
  go mod download github.com/daulet/tokenizers
  src=$(go list -m -f '{{.Dir}}' github.com/daulet/tokenizers)
  rm -rf "$1/src"
  mkdir -p "$1"
  cp scripts/tokenizers/Cargo.* "$1/"
  cp -R "$src/crates/tokenizers/src" "$1/src"
  chmod -R u+w "$1"
}

# notices FOLDER: the licence of ONNX Runtime and of what it is made of, out of
# its Python package, since the npm package carries none.
ort_version=1.30.0
ort_wheel_sha256=fa688e7891a6aa206636fe7372e27ee75fd17713289f6b4fc7b190e0a7de9328
notices() {
  local pip=pip3 whl="$work/onnxruntime-$ort_version-cp312-cp312-manylinux_2_28_x86_64.whl"
  [ -f "$1/LICENSE" ] && [ -f "$1/ThirdPartyNotices.txt" ] && return 0
  have pip3 || pip=pip
  have $pip || fail "pip is missing: the licences of ONNX Runtime come from its Python package. Install pip and run this again."
  checked "$whl" $ort_wheel_sha256 ||
    $pip download -q --no-deps --only-binary=:all: --python-version 3.12 --platform manylinux_2_28_x86_64 -d "$work" "onnxruntime==$ort_version"
  checked "$whl" $ort_wheel_sha256 || fail "the checksum of $whl is wrong; it is not used."
  mkdir -p "$1"
  unzip -q -o -j "$whl" 'onnxruntime/LICENSE' 'onnxruntime/ThirdPartyNotices.txt' -d "$1"
}

# parts PROGRAM FOLDER TOKENIZERS_SOURCE TARGET [NAME@VERSION=PATH ...]
parts() {
  local program=$1 folder=$2 source=$3 target=$4
  shift 4
  notices "$work/onnxruntime"
  crates "$source" "$target"
  tool parts "$program" "$folder" "crates=$work/crates.json" "ONNX Runtime@$ort_version=$work/onnxruntime" \
    "The built-in model=assets/demo/LICENSE" "CLIP's vocabulary=assets/tokenizer/LICENSE" "Rust's standard library@$(rustc --version | cut -d' ' -f2)=$(rust_licences)" "$@"
}

# rust_licences is the text of rustc's own, where rustup or a distribution puts it.
rust_licences() {
  local at
  for at in "$(rustc --print sysroot)/share/doc/rust/licenses/MIT.txt" /usr/share/doc/rustc*/copyright /usr/share/doc/librust-std*/copyright; do
    [ -f "$at" ] && { echo "$at"; return; }
  done
  fail "the licence of Rust's standard library was not found beside rustc."
}
