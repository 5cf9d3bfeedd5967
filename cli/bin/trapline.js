#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/trapline.js', import.meta.url);
if (!existsSync(built)) {
	console.error('trapline: the command line is not built yet; run `npm run build:cli` once.');
	process.exit(2);
}
await import(built.href);
