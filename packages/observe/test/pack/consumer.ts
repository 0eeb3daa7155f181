/**
 * A project outside the workspace that has the packed library installed from its tarball by plain npm, as any stranger
 * would have it.
 */

import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const library = fileURLToPath(new URL('../..', import.meta.url))

export interface Consumer {
  folder: string
  tarball: string
  remove(): void
}

/** What a command printed. */
export interface Output {
  stdout: string
  stderr: string
}

/** Packs the built library and installs it, with Node's types beside it, which every TypeScript project has. */
export async function createConsumer(): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), 'observe-consumer-'))
  await run('pnpm', ['pack', '--pack-destination', folder], { cwd: library })
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball')
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  cpSync(new URL('programs', import.meta.url), folder, { recursive: true })
  await install(folder, tarball)
  return { folder, tarball, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Runs npm as a person would, not as the child of another package manager, whose settings it does not understand. */
export async function install(folder: string, ...packages: string[]): Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:npm|pnpm)_/i.test(name)))
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', ['install', ...quiet, ...packages], { cwd: folder, env })
}

/** Runs Node.js, the one that the tests run on, in the consumer's folder. */
export function node({ folder }: Consumer, ...options: string[]): Promise<Output> {
  const env = { ...process.env, OTEL_EXPORTER_PROMETHEUS_PORT: '0' }
  return run(process.execPath, options, { cwd: folder, env })
}

/** Runs a tool of the workspace in the consumer's folder; what it complains about is the message of the error. */
export async function tool({ folder }: Consumer, name: string, ...options: string[]): Promise<void> {
  const bin = join(library, 'node_modules/.bin', name)
  await run(bin, options, { cwd: folder }).catch((error: Output) => {
    throw new Error(`${name} ${options.join(' ')}\n${error.stdout}${error.stderr}`, { cause: error })
  })
}

/** How many packages npm installed, and how many bytes they take. */
export function installed({ folder }: Consumer): { packages: number; bytes: number } {
  const modules = join(folder, 'node_modules')
  const lockfile = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as { packages: object }
  const files = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const bytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)
  return { packages: Object.keys(lockfile.packages).length, bytes }
}
