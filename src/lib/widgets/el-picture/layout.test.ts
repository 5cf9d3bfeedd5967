import { describe, expect, it } from 'vitest';
import { elPicture } from './layout.ts';

describe('the picture of host, guest and Hyp mode', () => {
	it.each([300, 420, 640])('keeps every box and mark inside a width of %d', (width) => {
		const { boxes, steps, height } = elPicture(width);
		for (const box of boxes) {
			expect(box.x + box.width).toBeLessThanOrEqual(width);
			expect(box.y + box.height).toBeLessThanOrEqual(height);
		}
		for (const { mark } of steps) expect(mark.x).toBeLessThan(width);
	});

	it('puts Hyp mode under both worlds', () => {
		const { boxes } = elPicture(400);
		expect(boxes.map((box) => [box.title, box.x, box.y, box.width])).toEqual([
			['lkvm', 34, 24, 161],
			['mem, io', 239, 24, 161],
			['Linux, KVM', 34, 130, 161],
			['Linux', 239, 130, 161],
			['Hyp mode', 34, 236, 366]
		]);
	});
});
