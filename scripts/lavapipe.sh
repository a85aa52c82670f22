#!/usr/bin/env bash
# Runs Cascata on a graphics card that Mesa plays with the processor (lavapipe), which
# computes in fp16, as WebGPU does on every card of AMD, Intel and NVIDIA:
#
#   scripts/lavapipe.sh ROOT              sets up a Debian 13 root in the folder ROOT, if it is
#                                         not there, runs the tests of fp16, and compares pictures
#   scripts/lavapipe.sh ROOT full FOLDER  the same with the lite model of the official shapes that
#                                         inference/testdata/make/full_checkpoints.py wrote to FOLDER
#   scripts/lavapipe.sh ROOT devices      runs that command of the program there
#
# By hand, as root: it needs debootstrap, 900 MB, and 5 minutes; for the lite model 12 GB of memory
# and half an hour. MIRROR may name the mirror of Debian to take. Build with `make` first; PYTHON
# (default python3) needs numpy and Pillow, for the lite model also inference/testdata/make/requirements.txt.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 2; }
[ "$(id -u)" = 0 ] || { echo "lavapipe.sh: run it as root" >&2; exit 1; }
root=$(realpath -m "$1"); shift
if [ "${1:-}" = full ]; then
  full=$(realpath -e "${2:?the folder of the checkpoint}"); shift 2
fi
cd "$(dirname "$0")/.."

if [ ! -e "$root/usr/share/vulkan/icd.d/lvp_icd.json" ]; then
  debootstrap --variant=minbase --include=libvulkan1,mesa-vulkan-drivers,libstdc++6 trixie "$root" ${MIRROR:+"$MIRROR"}
fi
mkdir -p "$root/w/inference/golden" "$root/w/assets" "$root/w/lib" "$root/w/full" "$root/run/x"
mounted=()
trap 'for m in "${mounted[@]}"; do umount "$m"; done' EXIT
mountpoint -q "$root/proc" || { mount -t proc proc "$root/proc"; mounted+=("$root/proc"); }
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

# pictures SEED ARGUMENT... makes a picture on the processor in fp32 and one by WebGPU in fp16, and compares them.
pictures() {
  local seed=$1 on
  shift
  for on in cpu:fp32 webgpu:fp16; do
    inside /w/cascata-cli generate --device "${on%:*}" --precision "${on#*:}" --seed "$seed" --prompt "a red house by a lake, sunset" \
      --out "/tmp/${on%:*}-$seed.png" "$@" > /dev/null
  done
  "${PYTHON:-python3}" - "$root/tmp" "$seed" <<'P'
import sys
import numpy as np
from PIL import Image
a, b = (np.asarray(Image.open(f"{sys.argv[1]}/{on}-{sys.argv[2]}.png").convert("RGB"), int) for on in ("cpu", "webgpu"))
print(f"seed {sys.argv[2]}: fp16 by WebGPU differs from fp32 on the processor by {abs(a - b).mean():.2f} of 255 in the mean, {abs(a - b).max()} at most")
P
}

CGO_LDFLAGS="-L$PWD/native/lib ${CGO_LDFLAGS:-}" go test -c -o "$root/w/inference/golden/golden.test" ./inference/golden
if [ -n "${full:-}" ]; then
  out="$root/w/precision"
  mkdir -p "$out"
  [ -e "$out/precision.json" ] || "${PYTHON:-python3}" inference/testdata/make/precision.py full "$full/lite/prior" "$full/lite/decoder" "$full/shared" "$out"
  mount --bind -o ro "$full" "$root/w/full"
  mounted+=("$root/w/full")
  model=/w/full/lite/prior,/w/full/lite/decoder,/w/full/shared
  inside HALF=/w/precision HALF_MODEL=$model sh -c 'cd /w/inference/golden && ./golden.test -test.v -test.run "^TestHalfOfFullSize$"'
  pictures 1 --model $model --width 256 --height 256 --steps 1 --decoder-steps 1
  exit
fi

inside /w/cascata-cli devices
cp -rT inference/testdata "$root/w/inference/testdata"
cp -rT assets "$root/w/assets"
inside sh -c 'cd /w/inference/golden && ./golden.test -test.v -test.run "^Test(HalfOnWebGPU|RangeOfHalf)$"'
for seed in 1 2 3; do
  pictures $seed
done
