/**
 * The go command: whether it is there and new enough, and running it with its progress.
 */

import { constants, setPriority } from 'node:os'
import { ExecaError, execa } from 'execa'
import type { Tool } from '../catalog/catalog.ts'

/** An error for the person at the terminal: what happened and what to do. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
}

/** Modules are pinned in the tool's folder, whatever workspace or vendoring the user has; no C compiler is needed. */
const environment = { GOWORK: 'off', CGO_ENABLED: '0' }
const shownLines = 20

/** Throws unless `go` can build the tool. */
export async function requireGo(tool: Tool): Promise<void> {
  const { name, version, goVersion, folder, programs } = tool
  const result = await execa('go', ['env', 'GOVERSION'], { cwd: folder, env: environment, reject: false })
  if (!result.failed) return
  const found = result.code === 'ENOENT' ? 'there is no "go" on PATH' : result.stderr.trim()
  const [major] = version.split('.')
  throw new BuildError(
    `Go ${goVersion} or newer is needed to build ${name} ${version}: ${found}.\n` +
      'Install Go from https://go.dev/dl/ (or with your package manager) and run this again, or install ' +
      `${programs.map((program) => program.name).join(' and ')} ${major}.x, which is used as soon as it is on PATH.`,
  )
}

/** The packages that a build would have to compile; what it needs of modules is downloaded. */
export async function stalePackages(tool: Tool, signal: AbortSignal): Promise<Set<string>> {
  const lines: string[] = []
  const format = '{{if .Stale}}{{.ImportPath}}{{end}}'
  await run(tool, ['list', '-deps', '-f', format, ...argumentsOf(tool)], { signal, onLine: (line) => lines.push(line) })
  return new Set(lines.filter((line) => line !== ''))
}

/** Builds the programs into a folder. `onPackage` is called with the name of each package as it is compiled. */
export async function build(
  tool: Tool,
  folder: string,
  { signal, onPackage }: { signal: AbortSignal; onPackage: (name: string) => void },
): Promise<void> {
  await run(tool, ['build', '-v', '-o', `${folder}/`, ...argumentsOf(tool)], { signal, onLine: onPackage })
}

function argumentsOf(tool: Tool): string[] {
  return [...tool.buildArguments, ...tool.programs.map((program) => program.package)]
}

interface RunOptions {
  readonly signal: AbortSignal
  readonly onLine: (line: string) => void
}

/** Runs go at the lowest priority: a build takes minutes, and the machine has other work. */
async function run(tool: Tool, args: readonly string[], { signal, onLine }: RunOptions): Promise<void> {
  const child = execa('go', args, {
    cwd: tool.folder,
    env: environment,
    all: true,
    stdin: 'ignore',
    cancelSignal: signal,
  })
  if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  try {
    for await (const line of child.iterable({ from: 'all' })) onLine(line)
    await child
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof ExecaError)) throw error
    throw new BuildError(describe(tool, args[0] ?? '', error), { cause: error })
  }
}

/** go's own words, without the names of packages that `-v` prints. */
function describe({ name, version }: Tool, command: string, error: ExecaError): string {
  const lines = String(error.all ?? error.shortMessage)
    .split('\n')
    .filter((line) => !/^[\w./~-]*$/.test(line))
  return `\`go ${command}\` failed for ${name} ${version}:\n\n${lines
    .slice(-shownLines)
    .map((line) => `    ${line}`)
    .join('\n')}`
}
