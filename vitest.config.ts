import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      // Servers are started and killed beside these: on two busy cores 5 s is sometimes not enough for a property of thousands.
      { test: { name: 'shared', include: ['shared/src/**/*.test.ts'], testTimeout: 60_000 } },
      // Whole programs are started here too; see the server.
      { test: { name: 'scripts', include: ['scripts/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'server',
          include: ['server/src/**/*.test.ts', 'server/test/**/*.test.ts'],
          // Whole servers and Redis processes are started here; on two busy cores 5 s is sometimes not enough for that.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      './web/vitest.config.ts',
      {
        test: {
          name: 'e2e',
          include: ['web/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One browser at a time, after everything else: a page that waits for a core looks like a page that is stuck.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
