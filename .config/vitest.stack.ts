import { defineConfig } from 'vitest/config'

/** Tests against real backends, which take minutes and are asked for by `pnpm test:stack` only. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['ops/test/*.test.ts'],
    // Each file has backends of its own; two sets at once are too much for a small machine.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
})
