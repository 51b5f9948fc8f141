import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], more: { exclude?: string[]; globalSetup?: string[] } = {}) => ({
  extends: true as const,
  test: { name, include, ...more },
});

const http = ['test/cds-hooks/http/**/*.test.ts', 'test/demo/**/*.test.ts', 'test/cli/**/*.test.ts'];
const browser = ['test/browser/**/*.test.ts'];
const rules = ['test/rules.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/translate-rules.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      project('unit', ['test/**/*.test.ts'], { exclude: [...http, ...browser, ...rules] }),
      project('http', http),
      project('rules', rules),
      project('browser', browser, { globalSetup: ['test/support/translate-rules.ts', 'test/support/chromium.ts'] }),
    ],
  },
});
