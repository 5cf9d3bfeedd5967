#!/bin/sh
# Builds the kernel: arch/arm64/boot/Image, and vmlinux, the same with its symbols.
set -e
cd "$(dirname "$0")"
npx --no trapline build .. -o ../build
mkdir -p arch/arm64/boot
cp ../build/Image arch/arm64/boot/Image
cp ../build/vmlinux vmlinux
echo "linux-kvm-arm/arch/arm64/boot/Image is ready: link it with boot-wrapper/build_virtio.sh"
