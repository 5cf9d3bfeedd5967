import base from './playwright.config.ts';

/** Figures of the page, printed and not judged: no part of the tests. */
export default { ...base, testMatch: '*.figures.ts', workers: 1, retries: 0 };
