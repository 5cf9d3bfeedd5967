#!/bin/sh
# Builds the kernel and links it with the boot wrapper: image-foundation_VIRTIO.axf, here and
# with the disks in ../build. (`trapline build` makes all of it in one go.)
set -e
cd "$(dirname "$0")"
npx trapline build .. -o ../build
cp ../build/image-foundation_VIRTIO.axf .
echo "boot-wrapper/image-foundation_VIRTIO.axf is ready: boot it with ../boot_virtio.sh"
