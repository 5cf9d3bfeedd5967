import { memoryNode, chosenProperties, type BootTree } from './dtb.ts';
import type { Board } from './board.ts';
import { FdtError, writeFdt, type FdtNode } from './fdt.ts';
import { readFdt } from './fdt-read.ts';

/**
 * A device tree from elsewhere, with what a boot loader knows better: RAM as it is, and the arguments
 * and the initramfs where there are any. Everything else stays. Throws FdtError.
 */
export function amendTree(blob: Uint8Array, board: Board, boot: BootTree): Uint8Array {
	const { root, reserved } = readFdt(blob);
	if (number(root, '#address-cells') !== 2 || number(root, '#size-cells') !== 2)
		throw new FdtError('its root needs #address-cells and #size-cells of 2');
	const memory = memoryNode(board, boot);
	const children = (root.children ?? []).filter((node) => !isMemory(node));
	const first = root.children?.findIndex(isMemory) ?? -1;
	children.splice(Math.max(first, 0), 0, memory);
	const known = children.findIndex(({ name }) => name === 'chosen');
	const chosen = known < 0 ? undefined : children[known];
	const amended: FdtNode = {
		name: 'chosen',
		properties: { ...chosen?.properties, ...chosenProperties(boot) },
		children: chosen?.children ?? []
	};
	children.splice(Math.max(known, 0), known < 0 ? 0 : 1, amended);
	return writeFdt({ ...root, children }, reserved);
}

const isMemory = ({ name, properties }: FdtNode) =>
	/^memory(@|$)/.test(name) || text(properties['device_type']) === 'memory';

function number(node: FdtNode, property: string): number | undefined {
	const bytes = node.properties[property];
	if (bytes?.length !== 4) return undefined;
	return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

const text = (bytes: Uint8Array | undefined) =>
	bytes && new TextDecoder('latin1').decode(bytes).replace(/\0$/, '');
