/** Serves the built site and prints its address; TRAPLINE_PORT chooses the port (4173). */
import { preview } from 'vite';

const port = Number(process.env.TRAPLINE_PORT ?? 4173);
const server = await preview({ preview: { port }, logLevel: 'warn' });
console.log(`Trapline is at ${server.resolvedUrls?.local[0]} (Ctrl-C stops it)`);
