const format = 'trapline-progress';
const version = 1;

/** A check that was passed, and when (ISO 8601). */
export interface Passed {
	readonly id: string;
	readonly at: string;
}

/**
 * Reads an exported progress file.
 *
 * @throws {Error} in words for the student, if the text is not one
 */
export function parseProgress(text: string): Passed[] {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch {
		throw new Error('This file is not JSON. Choose a file that “Export progress” wrote.');
	}
	const file = data as { format?: unknown; version?: unknown; passed?: unknown } | null;
	if (file?.format !== format)
		throw new Error(
			'This is not a Trapline progress file. Choose one that “Export progress” wrote.'
		);
	if (file.version !== version)
		throw new Error(
			`This progress file has version ${String(file.version)}; this page reads version ${version}.`
		);
	if (!Array.isArray(file.passed) || !file.passed.every(isPassed))
		throw new Error('This progress file is damaged: a passed check lacks its id or its time.');
	return file.passed.map(({ id, at }) => ({ id, at }));
}

export function formatProgress(passed: readonly Passed[]): string {
	return JSON.stringify({ format, version, passed }, undefined, '\t') + '\n';
}

/** Whether a stored or imported record is whole. */
export function isPassed(value: unknown): value is Passed {
	const passed = value as Passed | null;
	return (
		typeof passed === 'object' &&
		typeof passed?.id === 'string' &&
		typeof passed.at === 'string' &&
		!Number.isNaN(Date.parse(passed.at))
	);
}
