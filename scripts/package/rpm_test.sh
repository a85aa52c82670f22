#!/usr/bin/env bash
# Looks at the .rpm as Fedora's own tools do: the names in it, its scripts, what
# rpmlint says, and a trial of its installation. As root:
#
#   scripts/package/rpm_test.sh ROOT    # ROOT: made by debootstrap --variant=minbase trixie ROOT
#
# It all runs in that root. nfpm writes the names in the archive absolutely
# (findings/nfpm-rpm-absolute-names.sh), and rpmlint unpacks them where they say, over the
# files of the machine it runs on.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/package/common.sh
root=${1:?the folder of a Debian root}
[ -x "$root/usr/bin/apt-get" ] && [ "$(realpath "$root")" != / ] || fail "$root is no Debian root."
rpm=$(ls -t "$out"/cascata-*.x86_64.rpm | head -1)
in_root() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
mounted=""
ended() { for m in $mounted; do umount "$m"; done; }
trap ended EXIT
for m in proc dev; do mount --bind "/$m" "$root/$m"; mounted="$root/$m $mounted"; done
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp "$rpm" "$root/tmp/cascata.rpm"
in_root apt-get update -q >/dev/null
in_root apt-get install -y -q --no-install-recommends rpm rpmlint desktop-file-utils \
  libstdc++6 libgl1 libx11-6 libxcursor1 libxi6 libxinerama1 libxrandr2 libxxf86vm1 >/dev/null # the last are what it needs to start

say "contents"
sizes="16x16 22x22 24x24 32x32 48x48 64x64 96x96 128x128 256x256 512x512"
{
  echo /usr/bin/cascata
  printf '/usr/lib/cascata%s\n' "" /cascata /installed-by /libonnxruntime.so.1
  printf '/usr/share/%s\n' applications/io.github.cascata.desktop metainfo/io.github.cascata.metainfo.xml mime/packages/io.github.cascata.xml
  printf '/usr/share/doc/cascata%s\n' "" /copyright /LICENCES.txt /parts.cdx.json
  for size in $sizes; do echo "/usr/share/icons/hicolor/$size/apps/io.github.cascata.png"; done
} | sort >"$work/rpm-expected.txt"
in_root rpm -qpl /tmp/cascata.rpm | sort >"$work/rpm-contents.txt"
diff "$work/rpm-expected.txt" "$work/rpm-contents.txt" || fail "the contents are other than expected (<: expected)"

say "scripts, and what it needs"
[ -z "$(in_root rpm -qp --scripts /tmp/cascata.rpm)" ] || fail "it has scripts; it should need none"
in_root rpm -qpR /tmp/cascata.rpm
in_root rpm -qp --queryformat '%{NAME} %{VERSION}-%{RELEASE}, %{LICENSE}, %{SIZE} bytes installed\n' /tmp/cascata.rpm

say "installed into an empty folder, and removed"
in_root bash -c 'rm -rf /tmp/r && mkdir /tmp/r && rpm --root /tmp/r --initdb && rpm --root /tmp/r -i --nodeps --noscripts /tmp/cascata.rpm &&
  /tmp/r/usr/lib/cascata/cascata version | tee /tmp/version.txt && grep -q "RPM package" /tmp/version.txt && rpm --root /tmp/r -V --nodeps cascata && rpm --root /tmp/r -e --nodeps cascata && ! find /tmp/r -path "*cascata*" | grep .' ||
  fail "it was not installed and removed as it should be"

say "rpmlint"
in_root rpmlint /tmp/cascata.rpm >"$work/rpmlint.txt" 2>&1 || true
cat "$work/rpmlint.txt"
