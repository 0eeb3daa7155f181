/**
 * Prints where the lowest Node.js of a line lies that the library's `engines` allow, for `pnpm test:floor`: `22` is the line
 * of 22.x. npm fetches it and keeps it in its cache, so only who runs that script pays for it.
 */
import { execFileSync } from 'node:child_process'
import manifest from '../packages/observe/package.json' with { type: 'json' }

const [line] = process.argv.slice(2)
const versions = manifest.engines.node.match(/\d+\.\d+\.\d+/g) ?? []
const lowest = versions.find((version) => version.startsWith(`${line}.`))
if (lowest === undefined)
  throw new Error(`no lowest Node.js ${line} in ${manifest.engines.node}, the engines of the library`)

const path = run('npm', 'exec', '--yes', `--package=node@${lowest}`, '--', 'node', '--print', 'process.execPath')
const found = run(path, '--version')
if (found !== `v${lowest}`) throw new Error(`npm gave ${found} in ${path} for Node.js ${lowest}`)
process.stdout.write(`${path}\n`)

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' }).trim()
}
