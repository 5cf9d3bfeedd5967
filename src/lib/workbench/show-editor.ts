/** Where the parts of the page stand one above the other, goes to the editor. */
export function showEditor(): void {
	if (matchMedia('(max-width: 1099px)').matches)
		document.getElementById('workbench')?.scrollIntoView();
}
