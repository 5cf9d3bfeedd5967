#!/bin/sh
# Boots the host on the simulated Foundation Platform. Its disk is host.img, which the first
# boot takes from the build; what the host wrote is in host.img when the machine is switched off.
set -e
cd "$(dirname "$0")"
[ -f host.img ] || cp build/host.img host.img
npx trapline boot boot-wrapper/image-foundation_VIRTIO.axf --board foundation \
	--disk host.img --disk-out host.img.new
mv host.img.new host.img
