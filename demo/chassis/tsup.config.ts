/**
 * Builds what the services load: each part by itself, so that a service without a database does not load one.
 */

import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/database.ts', 'src/migrate.ts', 'src/queue.ts'],
  format: 'esm',
  target: 'node22',
  sourcemap: true,
  clean: true,
})
