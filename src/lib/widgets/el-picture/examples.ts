export const title = 'Host, guest and Hyp mode';
export const examples: Record<string, { caption?: boolean }> = {
	'With its steps in words': {},
	'The picture alone': { caption: false }
};
