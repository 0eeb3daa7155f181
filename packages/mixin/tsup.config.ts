/** Builds the library and the command; what they depend on stays outside. */

import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/cli.ts'],
  format: ['esm'],
  dts: { entry: 'src/index.ts' },
  splitting: true,
  target: 'node22.17',
  removeNodeProtocol: false,
  clean: true,
})
