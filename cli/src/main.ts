import { bench } from './commands/bench.ts';
import { boot } from './commands/boot.ts';
import { build } from './commands/build.ts';
import { cc } from './commands/cc.ts';
import { disk } from './commands/disk.ts';
import { grade } from './commands/grade.ts';
import { profileLlvm } from './commands/profile-llvm.ts';
import { Failure } from './failure.ts';

interface Command {
	/** Runs with the words after the command's name; resolves when done, throws Failure otherwise. */
	run(words: string[]): Promise<void>;
	usage: string;
	does: string;
}

const commands: Record<string, Command> = { build, cc, boot, disk, grade, bench };
/** Not in the help: for whoever works on Trapline itself. */
const hidden: Record<string, Command> = { 'profile-llvm': profileLlvm };
const named = new Map(Object.entries({ ...commands, ...hidden }));

function help(): string {
	const lines = Object.values(commands).map(
		({ usage, does }) => `  trapline ${usage}\n      ${does}`
	);
	return ['trapline: KVM/ARM as a machine you can step through', '', ...lines, ''].join('\n');
}

async function main(words: string[]): Promise<number> {
	const [name, ...rest] = words;
	if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
		console.log(help());
		return name === undefined ? 2 : 0;
	}
	const command = named.get(name);
	if (!command) {
		console.error(`trapline: no command ${name}; there are ${Object.keys(commands).join(', ')}.`);
		return 2;
	}
	if (rest.includes('--help') || rest.includes('-h')) {
		console.log(`trapline ${command.usage}\n\n${command.does}`);
		return 0;
	}
	try {
		await command.run(rest);
		return 0;
	} catch (error) {
		if (error instanceof Failure) {
			console.error(`trapline ${name}: ${error.message}`);
			return error.exitCode;
		}
		// parseArgs complains about options by throwing TypeErrors with a code of their own.
		if (
			error instanceof TypeError &&
			String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
		) {
			console.error(
				`trapline ${name}: ${error.message.split(/\.\s/)[0]}. Usage: trapline ${command.usage}`
			);
			return 2;
		}
		if (process.env['TRAPLINE_DEBUG']) throw error;
		const message = error instanceof Error ? error.message : String(error);
		console.error(
			`trapline ${name}: this should not happen, and is a mistake of Trapline: ${message} (TRAPLINE_DEBUG=1 shows where)`
		);
		return 1;
	}
}

// `trapline … | head`: whoever read our output has gone.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

process.exitCode = await main(process.argv.slice(2));
