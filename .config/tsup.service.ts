/**
 * Builds a service of the demo into the one file that runs; the chassis names its entries itself. Dependencies stay outside, so
 * that they are loaded as installed.
 */

import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
})
