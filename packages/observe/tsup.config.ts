/**
 * Builds the published package: each subpath in `exports` of package.json from the source file of the same name, once as
 * an ES module and once as CommonJS. Code that entries share goes into chunks, so that all entries of one half work on
 * one and the same state.
 */

import { defineConfig } from 'tsup'
import manifest from './package.json' with { type: 'json' }

const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json')

export default defineConfig({
  entry: subpaths.map((subpath) => (subpath === '.' ? 'src/index.ts' : `src/${subpath.slice('./'.length)}.ts`)),
  format: ['esm', 'cjs'],
  splitting: true,
  dts: true,
  target: 'node22.15',
  removeNodeProtocol: false,
  clean: true,
})
