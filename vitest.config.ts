import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: { name, include, exclude },
});

export default defineConfig({
  test: {
    globalSetup: ['test/support/translate-rules.ts'],
    testTimeout: 20_000,
    projects: [
      project(
        'unit',
        ['test/**/*.test.ts'],
        ['test/cds-hooks/http/**', 'test/demo/**', 'test/rules.test.ts', 'test/cli/**'],
      ),
      project('http', ['test/cds-hooks/http/**/*.test.ts', 'test/demo/**/*.test.ts', 'test/cli/**/*.test.ts']),
      project('rules', ['test/rules.test.ts']),
    ],
  },
});
