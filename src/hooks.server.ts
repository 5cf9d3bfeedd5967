import type { Handle } from '@sveltejs/kit';

/** The style sheet of what src/lib/editor loads when it needs it. */
const monacoStyles = /\s*<link href="[^"]*\/monaco\.[^"/]*\.css" rel="stylesheet">/;

/**
 * A page links the styles of all that it may ever import. Those of the full editor would hold up its
 * first paint for nothing: they come with the editor.
 */
export const handle: Handle = ({ event, resolve }) =>
	resolve(event, { transformPageChunk: ({ html }) => html.replace(monacoStyles, '') });
