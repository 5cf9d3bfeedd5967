/** What is wrong with a disk, a path or a request; the message says what to do about it. */
export class Ext2Error extends Error {
	override name = 'Ext2Error';
}

/** The image contradicts itself. */
export const damaged = (what: string) =>
	new Ext2Error(
		`the file system is damaged: ${what}. A PC repairs it with \`e2fsck -f\` on the image; ` +
			'an image of the build is made again by the build.'
	);

/** What a path names is not there. */
export class NotThere extends Ext2Error {
	override name = 'NotThere';
}
