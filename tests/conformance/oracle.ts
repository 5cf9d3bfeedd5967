import { execFileSync } from 'node:child_process';

/** Whether a tool is installed. Where CI is set, a missing one is a failure; elsewhere it is a skip. */
export function requireTool(name: string): boolean {
	try {
		execFileSync(name, ['--version'], { stdio: 'ignore' });
		return true;
	} catch {
		if (process.env['CI'] === 'true') throw new Error(`${name} is needed here and not installed`);
		console.warn(`skipped: ${name} is not installed`);
		return false;
	}
}
