import { defineConfig } from 'vitest/config'

/** Tests against real backends, which take minutes and are asked for by `pnpm test:stack` only. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['ops/test/*.test.ts', 'packages/observe/test/stack/*.test.ts'],
    // Each file has backends of its own; two sets at once are too much for a small machine.
    fileParallelism: false,
    // The whole shop, for the files that ask for it.
    globalSetup: 'ops/test/shop-setup.ts',
    // Bounds for what hangs, above those of every wait inside.
    testTimeout: 180_000,
    // Starting the shop builds it where that is due.
    hookTimeout: 300_000,
  },
})
