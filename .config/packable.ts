/**
 * Runs before a published package is packed: without its built files the tarball would install and then not work. It checks and
 * does not build, since several tests pack one package at the same time.
 */

import { existsSync, readFileSync } from 'node:fs'

const { name, exports, bin }: { name: string; exports: unknown; bin?: unknown } = JSON.parse(
  readFileSync('package.json', 'utf8'),
)
const missing = filesIn([exports, bin]).filter((file) => file.startsWith('./dist/') && !existsSync(file))
if (missing.length > 0) {
  console.error(
    `${name} is not built: ${missing[0]} is missing. Run \`pnpm --filter ${name} run build\`, then pack it again.`,
  )
  process.exitCode = 1
}

/** Every file that the manifest leads to, whatever conditions stand before it. */
function filesIn(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry]
  return typeof entry === 'object' && entry !== null ? Object.values(entry).flatMap(filesIn) : []
}
