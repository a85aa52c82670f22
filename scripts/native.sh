# The two native libraries, pinned by version and checksum. Sourced by setup.sh.

ort_version=1.30.0
ort_npm_sha256=6e3390d6b783e7be946fad629292799da28d0b42f84856e50d2c1b0383291e75 # onnxruntime-node-1.30.0.tgz

# Per system: the file inside the npm package, its checksum, the name we give
# it, and the checksum of the wheel for the same system (CPU only).
ort_pins() {
  ort_name=libonnxruntime.so.1 ort_wheel="" ort_wheel_sha256=""
  case "$(uname -s)-$(uname -m)" in
  Linux-x86_64)
    ort_file=linux/x64/libonnxruntime.so.1
    ort_sha256=ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23
    ort_wheel=manylinux_2_28_x86_64
    ort_wheel_sha256=fa688e7891a6aa206636fe7372e27ee75fd17713289f6b4fc7b190e0a7de9328 ;;
  Linux-aarch64)
    ort_file=linux/arm64/libonnxruntime.so.1
    ort_sha256=1f549d46250b005580b597f4164984aaf75b3bcb9f3aeb07c7f8a8fe60b23c76
    ort_wheel=manylinux_2_28_aarch64
    ort_wheel_sha256=6c32a000d5139a38ba9349030b0032e3331acb559d596b22738d9d2b343a2b83 ;;
  Darwin-arm64)
    ort_file=darwin/arm64/libonnxruntime.1.30.0.dylib ort_name=libonnxruntime.dylib
    ort_sha256=685d2be5dba1309c89d3a5324b7fd06a5c42f1a61bfea32d14c4cc28d072121d ;;
  *) fail "There is no pinned ONNX Runtime for $(uname -s) on $(uname -m). Put version $ort_version somewhere and name it in CASCATA_ORT." ;;
  esac
}

# The stamp is written last, so that an interrupted copy is made again.
onnx_runtime_ready() { ort_pins; [ -f "$lib/onnxruntime-$ort_version" ] && [ -f "$lib/$ort_name" ]; }

# onnx_runtime: the first source that works wins.
onnx_runtime() {
  [ -z "${CASCATA_ORT:-}" ] || { [ -e "$CASCATA_ORT" ] || fail "CASCATA_ORT names $CASCATA_ORT, which does not exist."; return 0; }
  onnx_runtime_ready && return 0
  ort_from_npm || ort_from_pip ||
    fail "ONNX Runtime $ort_version could not be fetched. Install npm (or pip) and run this again, or download it from https://github.com/microsoft/onnxruntime/releases and name the library in CASCATA_ORT."
  touch "$lib/onnxruntime-$ort_version"
}

ort_from_npm() {
  have npm || return 1
  say "ONNX Runtime $ort_version, from the npm package onnxruntime-node (113 MB; CPU and WebGPU)"
  local tgz="$work/onnxruntime-node-$ort_version.tgz"
  checked "$tgz" $ort_npm_sha256 || (cd "$work" && npm pack --silent "onnxruntime-node@$ort_version" >/dev/null) || return 1
  checked "$tgz" $ort_npm_sha256 || { say "the package's checksum is wrong, it is not used"; rm -f "$tgz"; return 1; }
  tar -xzf "$tgz" -C "$work" "package/bin/napi-v6/$ort_file" || return 1
  checked "$work/package/bin/napi-v6/$ort_file" $ort_sha256 || { say "the library's checksum is wrong, it is not used"; return 1; }
  mv "$work/package/bin/napi-v6/$ort_file" "$lib/$ort_name"
  rm -rf "$tgz" "$work/package"
}

ort_from_pip() {
  local pip=pip3 whl
  have pip3 || pip=pip
  have $pip && [ -n "$ort_wheel" ] || return 1
  say "ONNX Runtime $ort_version, from the Python wheel (23 MB; CPU only)"
  $pip download -q --no-deps --only-binary=:all: --python-version 3.12 --platform "$ort_wheel" -d "$work" "onnxruntime==$ort_version" || return 1
  whl="$work/onnxruntime-$ort_version-cp312-cp312-$ort_wheel.whl"
  checked "$whl" "$ort_wheel_sha256" || { say "the wheel's checksum is wrong, it is not used"; rm -f "$whl"; return 1; }
  python3 -m zipfile -e "$whl" "$work/wheel" || return 1
  mv "$work/wheel/onnxruntime/capi/libonnxruntime.so.$ort_version" "$lib/$ort_name"
  rm -rf "$whl" "$work/wheel"
}

# Where the tokenizers library is built, and which it is.
tokenizers_version=$(sed -n 's|.*github.com/daulet/tokenizers \(v[0-9.]*\).*|\1|p' go.mod)
tokenizers_ready() { [ -f "$lib/tokenizers-$tokenizers_version" ] && [ -f "$lib/libtokenizers.a" ]; }

# sources downloads what go and cargo will compile; no compiler is needed yet.
sources() {
  have cargo || fail "cargo is missing: the tokenizers library is built with it. Install Rust 1.80 or newer from https://rustup.rs and run this again."
  local src
  go mod download github.com/daulet/tokenizers || fail "the module github.com/daulet/tokenizers could not be downloaded. Check the network and run this again."
  src=$(go list -m -f '{{.Dir}}' github.com/daulet/tokenizers)
  rm -rf "$work/tokenizers/src"
  mkdir -p "$work/tokenizers"
  cp scripts/tokenizers/Cargo.* "$work/tokenizers/"
  cp -R "$src/crates/tokenizers/src" "$work/tokenizers/src"
  chmod -R u+w "$work/tokenizers"
  (cd "$work/tokenizers" && cargo fetch --locked --quiet --target "$(rustc -vV | sed -n 's/^host: //p')") || fail "cargo could not download what the tokenizers library is built from; its message is above."
}

# tokenizers_library: built by cargo from the source in the Go module, whose
# checksum go.sum holds, and crates whose checksums our Cargo.lock holds.
tokenizers_library() {
  say "tokenizers $tokenizers_version, built by cargo (about a minute)"
  (cd "$work/tokenizers" && cargo build --release --locked --quiet) || fail "cargo could not build the tokenizers library; its message is above."
  mv "$work/tokenizers/target/release/libtokenizers_ffi.a" "$lib/libtokenizers.a"
  rm -rf "$work/tokenizers"
  touch "$lib/tokenizers-$tokenizers_version"
}

# What of Go is compiled into its cache beside the rest: all but what links with
# the tokenizers library. It is a help: what fails here fails again in the
# build, which says why.
tags="${TAGS-}" go_packages="./app/... ./ui/... ./inference/ort fyne.io/fyne/v2/app"
[ "$want" != cli ] || tags="${TAGS_CLI-headless}" go_packages="./app/... ./inference/ort"

packages_of_go() {
  say "Go packages, compiled beside it"
  ! have clang || [ "$CC" != cc ] || export CC=clang # the Makefile chose before it was installed
  go build -tags "$tags" $go_packages || true
}

# packages_without_c compiles those that need no C compiler, before there is one.
packages_without_c() {
  export CGO_ENABLED=1 # as later; without a compiler Go would switch it off
  go list -deps -tags "$tags" -f '{{.ImportPath}} {{len .CgoFiles}} {{join .Deps " "}}' $go_packages 2>/dev/null | awk '
    { name[NR] = $1; cgo[$1] = $2; deps[NR] = $0 }
    END { for (i = 1; i <= NR; i++) { n = split(deps[i], d, " "); c = cgo[name[i]]; for (k = 3; k <= n; k++) c += cgo[d[k]]; if (!c) print name[i] } }' |
    xargs go build || true
}
