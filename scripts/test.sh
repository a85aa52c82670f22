#!/usr/bin/env bash
# Every test. Called by make test, which has set up the libraries and exports
# the compiler. Prints what it is doing, and stops at the first failure.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '» %s\n' "$*"; }

export CASCATA_ORT=${CASCATA_ORT:-$PWD/native/lib}
windowed="./app/... ./ui/..."
pure="./assets/... ./inference ./inference/safetensors/... ./inference/checkpoint/... ./inference/graph/... ./inference/onnx/... ./inference/sampler/... ./inference/noise/... ./inference/preview/..."

say "format"
unformatted=$(gofmt -l $(git ls-files '*.go'))
[ -z "$unformatted" ] || { echo "gofmt would change: $unformatted"; exit 1; }

say "vet"
go vet -tags "$TAGS" ./...
go vet -tags "$TAGS e2e" . ./scripts/e2e

say "packages that need no native library, without cgo"
CGO_ENABLED=0 go test -run '^$' $windowed >/dev/null # compiled; the race detector runs them, below
CGO_ENABLED=0 go test -shuffle=on -timeout 30m $pure

say "everything that starts goroutines, with the race detector"
go test -race -shuffle=on -timeout 30m ./app/... ./ui/... $(go list ./inference/... | grep -v -e inference/golden -e inference/graph)

say "whole checkpoints against the reference implementations, on the processor and by WebGPU"
go test -timeout 30m ./inference/golden

say "wrong input, through the program without a window"
go test -tags headless .

say "the program without a window"
make --no-print-directory cli
scripts/headless_test.sh

say "the window, end to end: an artist's walk, kills, how fast it answers"
make --no-print-directory e2e
PROGRAM=$PWD/bin/cascata-e2e go test -tags e2e -timeout 60m -count=1 -v ./scripts/e2e

say "the walk again, built to check which goroutine touches the window"
go build -tags "x11 netgo osusergo e2e" -o bin/cascata-threads .
PROGRAM=$PWD/bin/cascata-threads go test -tags e2e -timeout 60m -count=1 -run TestWalk ./scripts/e2e
