/**
 * Builds the page into dist/web, where the server finds it. Nothing is inlined into the HTML, so that the page runs
 * under a Content-Security-Policy without 'unsafe-inline'. `observe-console` on its usual port answers the page that
 * `vite` serves while one works on it.
 */

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('src/web', import.meta.url)),
  base: '/',
  build: {
    outDir: fileURLToPath(new URL('dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4300' } },
})
