#!/bin/sh
# Boots the guest from guest.img, on this console. Options given here go to lkvm, too:
#	./boot_guest.sh --mem 128
cd /home/root

exec ./lkvm-static run \
	--kernel image \
	--disk guest.img \
	--mem 64 \
	--params "root=/dev/vda rw" \
	"$@"
