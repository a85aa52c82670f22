#!/usr/bin/env bash
# The packages of Linux: .deb, .rpm, and a tar that runs where it is unpacked.
# make package-linux has set up what the build needs.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/package/common.sh
for needed in unzip xz ar objdump; do
  have $needed || fail "$needed is missing. Install unzip, xz and binutils with your package manager and run this again."
done
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "These packages are made on Linux on x86_64."

stage=$work/linux
rm -rf "$stage"
mkdir -p "$stage/program" "$stage/share"/{applications,metainfo,mime/packages,doc/cascata}

say "program"
program "$stage/program/cascata" "$TAGS"
cp -L native/lib/libonnxruntime.so.1 "$stage/program/"
glibc=$(objdump -T "$stage"/program/* | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)
[ "$(printf '%s\n' "$glibc" GLIBC_2.34 | sort -V | tail -1)" = GLIBC_2.34 ] || fail "it needs $glibc, and nfpm.yaml promises 2.34"

say "licences and list of parts"
tokenizers_source "$work/tokenizers"
parts "$stage/program/cascata" "$stage/share/doc/cascata" "$work/tokenizers" x86_64-unknown-linux-gnu
cp LICENSE "$stage/share/doc/cascata/copyright"

say "desktop entry, icons, description"
tool icons assets/icon.png "$work/icons"
for png in "$work"/icons/*.png; do
  size=$(basename "$png" .png)
  install -D -m 644 "$png" "$stage/share/icons/hicolor/$size/apps/io.github.cascata.png"
done
cp scripts/package/io.github.cascata.desktop "$stage/share/applications/"
cp scripts/package/io.github.cascata.mime.xml "$stage/share/mime/packages/io.github.cascata.xml"
sed "s/@VERSION@/$version/; s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)/" scripts/package/io.github.cascata.metainfo.xml >"$stage/share/metainfo/io.github.cascata.metainfo.xml"

chmod 755 "$stage/program/cascata"; chmod 644 "$stage/program/libonnxruntime.so.1"
export STAGE=$stage MTIME; MTIME=$(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)
marked() { if [ "$1" = rpm ]; then sed '/doc\/cascata/s/}$/, type: doc}/'; else cat; fi; } # what rpm calls documentation
for kind in deb rpm; do
  say ".$kind"
  echo $kind >"$stage/program/installed-by"
  {
    sed "s|\${STAGE}|$STAGE|; s|\${VERSION}|$version|; s|\${MTIME}|$MTIME|" scripts/package/nfpm.yaml
    (cd "$stage/share" && find . -type f | sort) | sed "s|^\./\(.*\)|  - {src: \"$STAGE/share/\1\", dst: \"/usr/share/\1\"}|" | marked $kind
  } >"$work/nfpm.yaml"
  $nfpm package -f "$work/nfpm.yaml" -p $kind -t "$out/" >/dev/null
done

say "the .deb's contents, packed by xz"
deb=$PWD/$out/cascata_${version}_amd64.deb
rm -rf "$work/deb"
mkdir -p "$work/deb"
(cd "$work/deb" && ar x "$deb" && xz -9 data.tar && rm "$deb" && ar rcD "$deb" debian-binary control.tar.gz data.tar.xz)

say "tar"
name=cascata-$version-linux-x86_64
rm -rf "${work:?}/$name"
cp -R "$stage/program" "$work/$name"
echo tar >"$work/$name/installed-by"
cp -R "$stage/share" "$work/$name/share"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$work" -cJf "$out/$name.tar.xz" "$name"
ls -l "$out"
