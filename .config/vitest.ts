/**
 * The tests that need no backend: `pnpm test`.
 */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['{packages,demo,ops,benchmarks}/*/{src,test}/**/*.test.ts', '.config/**/*.test.ts'],
    exclude: ['packages/observe/test/stack/**', 'ops/rollout/test/**'],
    // Vitest leaves one core free: on a machine with two that is half of it, though most files wait for processes of their own.
    maxWorkers: '100%',
    // A bound for what hangs, wide enough for a busy machine; no test asserts how fast something is.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
