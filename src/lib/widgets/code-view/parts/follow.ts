/** Keeps the current line of a pane in its view; the page itself stays where it is. */
export function follow(pane: HTMLElement): void {
	const row = pane.querySelector<HTMLElement>('.current');
	if (!row) return;
	const top = row.offsetTop;
	const hidden = top < pane.scrollTop + 20 || top > pane.scrollTop + pane.clientHeight - 48;
	if (hidden) pane.scrollTop = top - pane.clientHeight * 0.4;
}
