import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Debian's Chromium where it is installed, otherwise an installed Chrome. */
const debian = '/usr/bin/chromium';

export default defineConfig({
	testDir: 'tests/e2e',
	outputDir: 'test-results',
	// Bounds for what never comes; a wait ends when its state is there, on a slow computer later.
	timeout: 180_000,
	expect: { timeout: 30_000 },
	// A page waits for its Workers one after another, so that one alone leaves a core idle.
	workers: 2,
	forbidOnly: process.env['CI'] !== undefined,
	// A loaded machine may miss a wait once; what fails three times is broken.
	retries: process.env['CI'] === undefined ? 0 : 2,
	reporter: 'line',
	use: {
		baseURL: 'http://localhost:4174/',
		navigationTimeout: 90_000,
		viewport: { width: 1280, height: 860 },
		...(existsSync(debian) ? {} : { channel: 'chrome' }),
		launchOptions: {
			...(existsSync(debian) ? { executablePath: debian } : {}),
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--disable-quic',
				'--no-first-run',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync'
			]
		}
	},
	webServer: {
		command: 'npx vite preview --port 4174 --strictPort',
		url: 'http://localhost:4174/',
		reuseExistingServer: false
	}
});
