/** Hands the student a file. */
export function download(
	name: string,
	content: string | Uint8Array<ArrayBuffer>,
	type = 'text/plain'
): void {
	const url = URL.createObjectURL(new Blob([content], { type }));
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	// Some browsers read the address only after the click has returned.
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
