#!/usr/bin/env bash
# What keeps the code honest, beyond what make test runs.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '» %s\n' "$*"; }
tags="migrated_fynedo x11"

say "format"
[ -z "$(gofmt -l $(git ls-files '*.go'))" ] || { gofmt -l $(git ls-files '*.go'); exit 1; }
say "vet"
go vet -tags "$tags" ./...
say "staticcheck"
go run honnef.co/go/tools/cmd/staticcheck@2026.1 -tags "$tags" ./... || go run honnef.co/go/tools/cmd/staticcheck@latest -tags "$tags" ./...
say "govulncheck"
go run golang.org/x/vuln/cmd/govulncheck@latest -tags "$tags" ./...
say "arrows"
go test -run TestImports ./app
