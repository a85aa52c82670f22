#!/usr/bin/env bash
# Runs Cascata on a graphics card that Mesa plays with the processor (lavapipe), which
# computes in fp16, as WebGPU does on every card of AMD, Intel and NVIDIA:
#
#   scripts/lavapipe.sh ROOT          sets up a Debian 13 root in the folder ROOT, if it is
#                                     not there, runs the tests of fp16, and compares pictures
#   scripts/lavapipe.sh ROOT devices  runs that command of the program there
#
# By hand, as root: it needs debootstrap, 900 MB, and 5 minutes. MIRROR may name the mirror
# of Debian to take. Build with `make` first; PYTHON (default python3) needs numpy and Pillow.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2; }
[ "$(id -u)" = 0 ] || { echo "lavapipe.sh: run it as root" >&2; exit 1; }
root=$(realpath -m "$1"); shift
cd "$(dirname "$0")/.."

if [ ! -e "$root/usr/share/vulkan/icd.d/lvp_icd.json" ]; then
  debootstrap --variant=minbase --include=libvulkan1,mesa-vulkan-drivers,libstdc++6 trixie "$root" ${MIRROR:+"$MIRROR"}
fi
mkdir -p "$root/w/inference/golden" "$root/w/assets" "$root/w/lib" "$root/run/x"
mountpoint -q "$root/proc" || { mount -t proc proc "$root/proc"; trap 'umount "$root/proc"' EXIT; }
cp bin/cascata-cli "$root/w/"
cp -L native/lib/libonnxruntime.so.1 "$root/w/lib/"

inside() {
  chroot "$root" env -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 XDG_RUNTIME_DIR=/run/x \
    VK_DRIVER_FILES=/usr/share/vulkan/icd.d/lvp_icd.json CASCATA_ORT=/w/lib "$@"
}
if [ $# -gt 0 ]; then
  inside /w/cascata-cli "$@"
  exit
fi

inside /w/cascata-cli devices
CGO_LDFLAGS="-L$PWD/native/lib ${CGO_LDFLAGS:-}" go test -c -o "$root/w/inference/golden/golden.test" ./inference/golden
cp -rT inference/testdata "$root/w/inference/testdata"
cp -rT assets "$root/w/assets"
inside sh -c 'cd /w/inference/golden && ./golden.test -test.v -test.run "^Test(HalfOnWebGPU|RangeOfHalf)$"'
for seed in 1 2 3; do
  for on in "cpu fp32" "webgpu fp16"; do
    set -- $on
    inside /w/cascata-cli generate --device "$1" --precision "$2" --seed $seed --prompt "a red house by a lake, sunset" --out "/tmp/$1-$seed.png" > /dev/null
  done
  "${PYTHON:-python3}" - "$root/tmp" $seed <<'P'
import sys
import numpy as np
from PIL import Image
a, b = (np.asarray(Image.open(f"{sys.argv[1]}/{on}-{sys.argv[2]}.png").convert("RGB"), int) for on in ("cpu", "webgpu"))
print(f"seed {sys.argv[2]}: fp16 by WebGPU differs from fp32 on the processor by {abs(a - b).mean():.2f} of 255 in the mean, {abs(a - b).max()} at most")
P
done
