#!/bin/sh
# Builds the kernel and links it with the boot wrapper: image-foundation_VIRTIO.axf. The host's
# disk, ../host.img, is put there if there is none. (`trapline build` makes all of it in one go.)
set -e
cd "$(dirname "$0")"
npx --no trapline build .. -o ../build
cp ../build/image-foundation_VIRTIO.axf .
[ -f ../host.img ] || cp ../build/host.img ..
echo "boot-wrapper/image-foundation_VIRTIO.axf is ready: boot it with ../boot_virtio.sh"
