import { ramBase } from './flat-machine.ts';

/** An ELF executable of one segment, readable, writable and executable, that is the whole file, at ramBase. */
export function elf(image: Uint8Array, entry: number): Uint8Array {
	const file = image.slice();
	const view = new DataView(file.buffer);
	file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
	view.setUint16(16, 2, true); // ET_EXEC
	view.setUint16(18, 183, true); // EM_AARCH64
	view.setUint32(20, 1, true);
	view.setBigUint64(24, BigInt(ramBase + entry), true);
	view.setBigUint64(32, 64n, true);
	view.setUint16(52, 64, true);
	view.setUint16(54, 56, true);
	view.setUint16(56, 1, true);
	view.setUint32(64, 1, true); // PT_LOAD
	view.setUint32(68, 7, true);
	view.setBigUint64(80, BigInt(ramBase), true);
	view.setBigUint64(88, BigInt(ramBase), true);
	view.setBigUint64(96, BigInt(file.length), true);
	view.setBigUint64(104, BigInt(file.length), true);
	view.setBigUint64(112, 0x1000n, true);
	return file;
}
