import { lessons } from '$lib/lessons/catalog.server.ts';

/** Known while the site is built, and part of every page. */
export const load = () => ({ lessons });
