import { defineConfig } from 'vitest/config';

/** `npm run test:long`: the heavy explorations, and nothing else. */
const LONG = process.env['RACE_LAB_LONG'] === '1';

const ALL = '{harness,labs,test}/**/*.test.ts';
const LONG_ONLY = '{harness,labs,test}/**/*.long.test.ts';

export default defineConfig({
  test: {
    include: [LONG ? LONG_ONLY : ALL],
    exclude: LONG ? [] : [LONG_ONLY],
    // Each file has a process of its own, and so a Redis, clocks and hooks of its own.
    pool: 'forks',
    maxWorkers: '100%',
    // No test passes or fails by how fast the machine is. Explorations are bound by executions; these limits catch what
    // hangs, and nothing else.
    // Nor by the terminal it is started from: a runner colours what it prints in CI, too.
    env: { RACE_LAB_SECONDS: 'none', FORCE_COLOR: '0' },
    testTimeout: LONG ? 3_600_000 : 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000, interval: 20 } },
  },
});
