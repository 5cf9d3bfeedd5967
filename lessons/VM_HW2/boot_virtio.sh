#!/bin/sh
# Boots the host on the simulated Foundation Platform. Its disk is host.img, which the first
# boot takes from the build. What the host has written is in host.img afterwards; leaving by
# Ctrl-] is a power cut, and the disk stays as it was then.
cd "$(dirname "$0")" || exit
if ! [ -f boot-wrapper/image-foundation_VIRTIO.axf ]; then
	echo "there is no image yet: run boot-wrapper/build_virtio.sh" >&2
	exit 1
fi
[ -f host.img ] || cp build/host.img host.img || exit
npx --no trapline boot boot-wrapper/image-foundation_VIRTIO.axf --board foundation \
	--disk host.img --disk-out host.img.new
status=$?
[ ! -f host.img.new ] || mv host.img.new host.img
exit $status
