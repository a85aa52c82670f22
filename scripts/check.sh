#!/usr/bin/env bash
# What keeps the code honest, beyond what make test runs.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '» %s\n' "$*"; }
tags=${TAGS:-migrated_fynedo x11}

say "format"
unformatted=$(gofmt -l $(git ls-files '*.go'))
[ -z "$unformatted" ] || { echo "gofmt would change: $unformatted"; exit 1; }
say "vet"
go vet -tags "$tags" ./...
GOOS=windows CGO_ENABLED=0 go vet ./app/... ./ui/... ./inference/cards # what is of Windows alone
say "staticcheck"
go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags "$tags" ./...
go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags headless .
say "govulncheck"
go run golang.org/x/vuln/cmd/govulncheck@latest -tags "$tags" ./...
say "arrows and exports"
go test -run "TestImports|TestArrows|TestExports" ./app
