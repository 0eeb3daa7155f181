/**
 * Builds the server half: the command and the writer's thread, which share their code in chunks. The page is built by Vite.
 */

import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { cli: 'src/cli.ts', 'writer-thread': 'src/store/writer/writer-thread.ts' },
  format: ['esm'],
  splitting: true,
  target: 'node22.16',
  removeNodeProtocol: false,
  clean: true,
})
