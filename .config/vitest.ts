import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['{packages,demo,ops}/*/{src,test}/**/*.test.ts', '.config/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
