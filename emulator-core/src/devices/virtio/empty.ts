import type { VirtioDevice } from './mmio.ts';

/** What an empty slot says: device type 0, which drivers pass by. */
export const noDevice = (): VirtioDevice => ({
	deviceId: 0,
	queueSizes: [],
	features: 0n,
	config: new Uint8Array(0),
	serve: () => 0,
	snapshotState: () => null,
	restoreState: () => {}
});
