/** One box of the picture: who runs at an exception level, in the units of the drawing. */
export interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
	readonly title: string;
	readonly detail: string;
	readonly side: 'host' | 'guest' | 'hyp';
}

/** A step of the exit's journey: an arrow and its number. */
export interface Step {
	readonly path: string;
	readonly mark: { readonly x: number; readonly y: number };
	readonly text: string;
}

export interface Picture {
	readonly width: number;
	readonly height: number;
	readonly levels: readonly { readonly name: string; readonly y: number }[];
	readonly boxes: readonly Box[];
	readonly steps: readonly Step[];
}

const level = 26;
const gap = 44;
const boxHeight = 62;

/**
 * Host and guest side by side on EL0 and EL1, Hyp mode below both, and the way of one exit through
 * them: trap, hand-over, user space, back.
 *
 * @param width of the drawing, at least 300
 */
export function elPicture(width: number): Picture {
	const left = level + 8;
	const inner = width - left;
	const column = (inner - gap) / 2;
	const guestX = left + column + gap;
	const rows = [0, 1, 2].map((row) => 24 + row * (boxHeight + gap));
	const [el0, el1, el2] = rows as [number, number, number];
	const box = (x: number, y: number, w: number, title: string, detail: string, side: Box['side']) =>
		({ x, y, width: w, height: boxHeight, title, detail, side }) satisfies Box;

	const guestMid = guestX + column * 0.5;
	const hostRight = left + column * 0.7;
	const hostLeft = left + column * 0.3;
	const down = (x: number, from: number, to: number) => `M${x} ${from}V${to}`;
	const mark = (x: number, from: number, to: number) => ({ x, y: (from + to) / 2 });
	const bottom1 = el1 + boxHeight;
	const bottom0 = el0 + boxHeight;

	return {
		width,
		height: el2 + boxHeight + 2,
		levels: rows.map((y, i) => ({ name: `EL${i}`, y: y + boxHeight / 2 })),
		boxes: [
			box(left, el0, column, 'lkvm', 'plays the devices', 'host'),
			box(guestX, el0, column, 'mem, io', 'its programs', 'guest'),
			box(left, el1, column, 'Linux, KVM', 'handle_exit', 'host'),
			box(guestX, el1, column, 'Linux', 'the same kernel', 'guest'),
			box(left, el2, inner, 'Hyp mode', 'hyp.S, the world switch', 'hyp')
		],
		steps: [
			{
				path: down(guestMid, bottom1, el2 - 3),
				mark: mark(guestMid, bottom1, el2),
				text: 'The guest traps to Hyp mode.'
			},
			{
				path: down(hostRight, el2, bottom1 + 3),
				mark: mark(hostRight, bottom1, el2),
				text: 'Hyp mode saves the guest, loads the host and returns into KVM.'
			},
			{
				path: down(hostLeft, el1, bottom0 + 3),
				mark: mark(hostLeft, bottom0, el1),
				text: 'What KVM cannot do itself, lkvm does in user space.'
			},
			{
				path: down(hostLeft, bottom1, el2 - 3),
				mark: mark(hostLeft, bottom1, el2),
				text: 'An HVC asks Hyp mode to run the guest again.'
			}
		]
	};
}
