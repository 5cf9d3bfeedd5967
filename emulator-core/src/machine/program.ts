import { systemInstructionNames, systemRegisterNames } from '../cpu/index.ts';
import { A64 } from '../isa/a64.ts';

const a64 = new A64(systemRegisterNames, systemInstructionNames);

/**
 * A small program as an arm64 Image: one instruction, label (`name:`) or directive (`.align BYTES`,
 * `.quad N`) a line; `//` starts a comment. For tests of the machine; the toolchain has the real one.
 */
export function program(source: string): Uint8Array {
	const lines = source
		.split('\n')
		.map((line) => line.replace(/\/\/.*/, '').trim())
		.filter((line) => line !== '');
	const labels = new Map<string, number>();
	const place = (emit: (line: string, at: number) => void): number => {
		let at = 64;
		for (const line of lines) {
			if (line.endsWith(':')) labels.set(line.slice(0, -1), at);
			else if (line.startsWith('.align'))
				at = Math.ceil(at / Number(line.slice(7))) * Number(line.slice(7));
			else {
				emit(line, at);
				at += line.startsWith('.quad') ? 8 : 4;
			}
		}
		return at;
	};
	const bytes = new Uint8Array(place(() => {}));
	const view = new DataView(bytes.buffer);
	view.setUint32(0, 0x1400_0010, true); // b to behind the header
	view.setBigUint64(16, BigInt(bytes.length), true);
	view.setUint32(56, 0x644d_5241, true);
	place((line, at) => {
		if (line.startsWith('.quad')) view.setBigUint64(at, BigInt(line.slice(6)), true);
		else view.setUint32(at, encode(line, at, labels), true);
	});
	return bytes;
}

function encode(line: string, at: number, labels: ReadonlyMap<string, number>): number {
	const [, mnemonic, operands] = /^(\S+)\s*(.*)$/.exec(line)!;
	const encoded = a64.encode(mnemonic!, operands!, { symbol: () => undefined });
	if ('error' in encoded) throw new Error(`${line}: ${encoded.error}`);
	if (encoded.fixup === undefined) return encoded.word;
	const { kind, expression } = encoded.fixup;
	const target = labels.get(expression.trim());
	if (target === undefined) throw new Error(`${line}: no label ${expression}`);
	const word = a64.applyFixup(encoded.word, kind, BigInt(target - at));
	if (typeof word !== 'number') throw new Error(`${line}: ${word.error}`);
	return word;
}
