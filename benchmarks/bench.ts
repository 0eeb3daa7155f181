/**
 * `pnpm bench NAME [options]`: runs the benchmark in the folder NAME, with its options; files named there are looked for from
 * where the user stands. Alone it lists what there is.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const root = import.meta.dirname
const names = readdirSync(root).filter((name) => existsSync(join(root, name, 'package.json')))
const [name, ...options] = process.argv.slice(2)

if (name !== undefined && names.includes(name)) {
  const benchmark = spawn(process.execPath, [join(root, name, 'src/main.ts'), ...options], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: 'inherit',
  })
  // A terminal sends Ctrl-C to the benchmark as well, which keeps what it has; this process waits for that.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => benchmark.kill('SIGTERM'))
  const [status] = await once(benchmark, 'exit')
  process.exitCode = status ?? 1
} else {
  const problem = name === undefined || name === '--help' ? '' : `There is no benchmark "${name}". `
  process.stderr.write(`${problem}Usage: pnpm bench ${names.join('|')} [options]; --help tells the options.\n`)
  process.exitCode = name === '--help' ? 0 : 2
}
