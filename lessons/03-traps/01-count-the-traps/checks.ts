import { check } from 'checks';

export default [
	check('traps-are-counted', {
		ask: 'Count every trap of the guest once and in its class, and hand the totals to the tracepoint.',
		hint: 'The verdict under “Counts” says where your numbers and the machine’s log part.',
		passed: (run) => run.verdict?.passed ?? false
	})
];
