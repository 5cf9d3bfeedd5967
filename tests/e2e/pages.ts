/** Every kind of page, by its address. */
export const pages = {
	'the front page': '',
	Setup: 'lessons/setup/setup/',
	'Count the traps': 'lessons/traps/count-the-traps/',
	'The world switch': 'lessons/hypervisor/world-switch/',
	'Two-stage translation': 'lessons/hypervisor/stage-2/',
	'The vGIC': 'lessons/hypervisor/vgic/',
	'the exception classes': 'exceptions/',
	'the ESR decoder': 'syndrome/',
	'the gallery': 'gallery/'
};

export const count = pages['Count the traps'];
