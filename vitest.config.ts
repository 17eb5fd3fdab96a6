import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['harness/**/*.test.ts', 'labs/**/*.test.ts', 'test/**/*.test.ts'],
    // Each test file has a process of its own, and so a Redis of its own.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
