#!/usr/bin/env bash
# nfpm 2.43.4 (Go module github.com/goreleaser/nfpm/v2), rpm 4.18 and cpio 2.13 (Debian 12's packages rpm2cpio and cpio).
#
# Expected: the archive inside an .rpm names its files as rpmbuild does, relative to the root: ./usr/share/doc/x/readme.
# Seen: nfpm writes absolute names: /usr/share/doc/x/readme. rpm installs both alike, but what unpacks a package by hand with
# `rpm2cpio FILE | cpio -id` (as rpmlint 2.4 does, into a folder of its own) writes into the root of the machine instead, and
# then misses the files in its folder. Unpack such a package with `cpio -id --no-absolute-filenames`.
#
# It only lists names, and unpacks nothing. It fails when that has changed.
set -euo pipefail
for tool in go rpm2cpio cpio; do command -v $tool >/dev/null || { echo "$tool is missing"; exit 2; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo hello >readme
cat >nfpm.yaml <<'Y'
name: x
arch: amd64
version: 1.0.0
maintainer: Nobody <nobody@example.invalid>
description: a file
license: MIT
contents:
  - {src: readme, dst: /usr/share/doc/x/readme}
Y
go run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4 package -f nfpm.yaml -p rpm -t x.rpm >/dev/null
names=$(rpm2cpio x.rpm | cpio -t --quiet) || true # rpm2cpio ends with 1 after the last file of this archive
echo "names in the archive: $names"
case "$names" in
/usr/*) echo "absolute, as seen before" ;;
*) echo "no longer absolute"; exit 1 ;;
esac
