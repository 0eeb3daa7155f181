/**
 * Refuses a source file that does not begin with a comment on what it is for.
 *
 *     node .config/headers.ts packages/console     the files below a path that Git knows
 *     node .config/headers.ts                      all of them
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const CODE = /\.[cm]?[jt]sx?$/
/** Written by a program. */
const LEFT_OUT = /(^|\/)generated\//

/** Whether a file begins with a doc comment that has words in it; only the line for the shell may come before. */
export function hasHeader(source: string): boolean {
  return /^(?:#!.*\n)?\/\*\*(?:(?!\*\/)[\s*])*[^\s*]/.test(source)
}

function main(paths: string[]): void {
  const missing = paths.filter((path) => !existsSync(`${root}${path}`))
  if (missing.length > 0) throw new Error(`${missing.join(', ')}: no such path below the root of the repository.`)
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 } as const
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard', '--', ...paths], options).split(
    '\0',
  )
  const files = listed.filter((name) => CODE.test(name) && !LEFT_OUT.test(name) && existsSync(`${root}${name}`))
  for (const name of files) {
    if (hasHeader(readFileSync(`${root}${name}`, 'utf8'))) continue
    console.error(`${name}: begin with a /** ... */ comment on what the file is for.`)
    process.exitCode = 1
  }
}

if (import.meta.main) main(process.argv.slice(2))
