import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		environment: 'node',
		testTimeout: 60_000,
		hookTimeout: 120_000,
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: [
						'{emulator-core,toolchain,checks,cli,src}/**/*.test.ts',
						'tests/{layers,docs,commands}.test.ts'
					]
				}
			},
			{
				extends: true,
				test: {
					name: 'conformance',
					include: ['tests/{conformance,golden,lockstep,toolchain}/**/*.test.ts']
				}
			},
			{
				extends: true,
				test: {
					name: 'boot',
					include: ['tests/{boot,lessons,cli,homework}/**/*.test.ts'],
					// By far the longest: at its end it is alone, with two cores.
					maxWorkers: 2,
					testTimeout: 600_000
				}
			},
			{
				extends: true,
				test: { name: 'stock', include: ['tests/stock/**/*.test.ts'], testTimeout: 900_000 }
			},
			{
				extends: true,
				test: { name: 'clone', include: ['tests/clone/**/*.test.ts'], testTimeout: 600_000 }
			}
		]
	}
});
