/**
 * Builds the service into the one file that runs. Dependencies stay outside, so that they are loaded as installed.
 */

import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
})
