// The four suites: unit and simulation are pure and quick, contract and deck drive real things.
import { defineConfig } from 'vitest/config';

const machines = {
  pool: 'forks' as const,
  fileParallelism: false,
  testTimeout: 180_000,
  hookTimeout: 300_000,
  // A machine that is busy with another suite takes longer than a second for anything.
  expect: { poll: { timeout: 10_000 } },
};

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'] } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], ...machines } },
      {
        test: {
          name: 'deck',
          include: ['test/deck/**/*.test.ts'],
          globalSetup: 'test/deck/global-setup.ts',
          ...machines,
        },
      },
    ],
  },
});
