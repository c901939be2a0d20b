import path from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

// Wrangler asks for it when it reads the configuration; the tests' own is below.
process.env.SECRET_KEY ??= 'test-secret-key-of-at-least-32-characters'

/**
 * `worker` runs inside workerd on real D1 and R2, `node` where files, sharp and child processes are at hand; `clients` are other
 * people's programs against one worker started for them all.
 */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            remoteBindings: false,
            miniflare: {
              bindings: {
                SECRET_KEY: 'test-secret-key-of-at-least-32-characters',
                VIEW_FLUSH_SECONDS: '0',
                TEST_MIGRATIONS: await readD1Migrations(path.join(import.meta.dirname, 'migrations')),
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'],
          setupFiles: ['./test/setup/reset.ts'],
          // A workerd per file costs 4.5 s; one for all, emptied before each test, costs 50 ms a test.
          isolate: false,
          maxWorkers: 1,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'node',
          include: ['test/node/**/*.test.ts', 'test/imaging/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'clients',
          include: ['test/clients/**/*.test.ts'],
          globalSetup: ['./test/clients/support/global-setup.ts'],
          // One account for all of them: two at a time would find each other's pictures first in their lists.
          maxWorkers: 1,
          testTimeout: 120_000,
        },
      },
    ],
  },
})
